// Encryption of a batch part by part, for batches that are larger than memory.
#pragma once

#include "infer/infer.hpp"
#include "tfhe/glwe_encryptor.hpp"

namespace basalt::infer {

/// Encrypts the rows of one batch in order. All parts share the batch's mask seed; each row takes
/// the streams that follow those of the row before, so no stream is ever used twice.
class Encryptor {
 public:
  /// Draws the seed. All arguments must outlive the encryptor.
  /// Errors: mismatch if the key is not of the circuit's parameters.
  Encryptor(const circuit::Circuit& circuit, const tfhe::ClientKey& key,
            const torus::Kernels& kernels = torus::best_kernels());

  /// The next rows as a batch of their own, which begins at their stream.
  /// Errors: invalid_argument on bad rows.
  EncryptedBatch encrypt(const Matrix<double>& features);

  /// The batch of the first `rows` rows, without its bodies.
  EncryptedBatch header(std::size_t rows) const;

 private:
  const circuit::Circuit& circuit_;
  const tfhe::ClientKey& key_;
  tfhe::GlweEncryptor encryptor_;
  EncryptedBatch whole_;
  SecureRandom random_;
  std::uint64_t next_stream_ = 0;
};

}  // namespace basalt::infer
