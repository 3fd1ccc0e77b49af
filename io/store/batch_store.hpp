// Encrypted batches on disk, read whole or by rows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/digest.hpp"
#include "infer/infer.hpp"
#include "io/hdf5/hdf5_file.hpp"

namespace basalt::io {

/// The parents are the circuit and the client key. Returns the batch's id. Errors: not_found, io.
Digest save(const infer::EncryptedBatch& batch, const std::filesystem::path& path);

/// Errors: not_found, io; corrupt, mismatch, unsupported as verify().
infer::EncryptedBatch load_batch(const std::filesystem::path& path);

/// A batch file that is written part by part, so that it may be larger than memory.
class BatchWriter {
 public:
  /// `header`: the batch with its number of rows, without bodies.
  /// Errors: not_found if the folder does not exist; io.
  BatchWriter(const std::filesystem::path& path, const infer::EncryptedBatch& header);

  /// Writes the next rows. Errors: mismatch unless they follow the last ones in the header's batch.
  void append(const infer::EncryptedBatch& part);

  /// Completes the file. Returns the batch's id. Errors: mismatch if rows are missing; io.
  Digest publish();

 private:
  h5::FileWriter file_;
  infer::EncryptedBatch header_;
  std::optional<h5::Array> bodies_;
  std::size_t written_ = 0;
};

/// A batch file of which some rows are read at a time, so that it may be larger than memory.
class BatchReader {
 public:
  /// Verifies the whole file once. Errors: as load_batch.
  explicit BatchReader(const std::filesystem::path& path);

  const Digest& id() const noexcept { return file_.identity().id; }
  const Digest& circuit_id() const noexcept { return whole_.circuit_id; }
  const Digest& client_key_id() const noexcept { return whole_.client_key_id; }
  std::size_t rows() const noexcept { return whole_.rows; }
  std::size_t inputs() const noexcept { return whole_.inputs; }

  /// Rows [first, first + count) as a batch of their own: its row 0 is row `first` of the file, its
  /// mask streams are moved on accordingly, its id() is another than the file's.
  /// `polynomial_size`: N of the circuit's parameters.
  /// Errors: invalid_argument if there are no such rows.
  infer::EncryptedBatch read(std::size_t first, std::size_t count,
                             std::size_t polynomial_size) const;

 private:
  h5::FileReader file_;
  h5::Array bodies_;
  infer::EncryptedBatch whole_;  ///< Without bodies.
};

}  // namespace basalt::io
