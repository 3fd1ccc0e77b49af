// Circuits on ciphertexts: encrypt at the client, score at the server, decrypt at the client.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/parallel.hpp"
#include "base/strong.hpp"
#include "circuit/circuit.hpp"
#include "ir/encoded_graph.hpp"
#include "tfhe/client_key.hpp"
#include "tfhe/evaluation_key.hpp"
#include "torus/aligned.hpp"

namespace basalt::infer {

/// Encrypted rows: bodies only, masks by a public seed.
///
/// A row of more inputs than a polynomial has coefficients takes several polynomials: row r uses
/// the mask streams first_stream + r * count to first_stream + (r + 1) * count - 1.
struct EncryptedBatch {
  Digest circuit_id, client_key_id;  ///< circuit_id: circuit::Circuit::id().
  MaskSeed seed{};
  std::uint64_t first_stream = 0;  ///< Mask stream of the first row.
  std::size_t rows = 0, inputs = 0;
  std::vector<tfhe::Torus> bodies;  ///< Shape: [rows x inputs].
  /// Covers all but the bodies: the seed is drawn for one batch only, so it stands for them.
  Digest id() const;
};

/// Encrypted results: LWE ciphertexts under the big key, reduced to the words that are needed.
struct EncryptedScores {
  Digest circuit_id, client_key_id, batch_id;
  std::size_t first_row = 0, rows = 0, outputs = 0, dimension = 0;
  int word_bits = 64;  ///< Upper bits of each word that are kept; the others are 0.
  /// Shape: [rows x outputs x (dimension + 1)]. Large: on huge pages where they are offered.
  torus::AlignedVector<tfhe::Torus> words;
  Digest id() const;  ///< Covers the whole content.
};

/// The machine that scores: kernels and threads, made once by the caller.
struct Engine {
  const torus::Kernels& kernels;
  ThreadTeam& team;
};

/// Quantizes and encrypts rows of features.
/// Errors: mismatch if the key is not of the circuit's parameters; invalid_argument on bad rows.
EncryptedBatch encrypt(const circuit::Circuit& circuit, const tfhe::ClientKey& key,
                       const Matrix<double>& features,
                       const torus::Kernels& kernels = torus::best_kernels());

/// Counts finished bootstraps, for progress; may be empty.
using Progress = std::function<void(std::size_t rows_done, std::size_t bootstraps_done)>;

/// Rows [first, first + count) of the batch through the circuit. Rows times neurons are
/// bootstrapped together. Words are rounded to the bits that the circuit sends. `memory`, of
/// earlier scores, is used again for the words: fresh pages would cost more than small layers do.
/// Errors: mismatch, naming both ids, if circuit, key and batch do not belong together;
/// invalid_argument if the batch has no such rows.
EncryptedScores score(const circuit::Circuit& circuit, const tfhe::EvaluationKey& key,
                      const EncryptedBatch& batch, std::size_t first, std::size_t count,
                      Engine& engine, const Progress& progress = {},
                      torus::AlignedVector<tfhe::Torus> memory = {});

/// Rounds words to their upper `bits`, as score() does to those of the circuit.
/// Errors: invalid_argument unless 1 <= bits <= 64.
void round_words(std::span<tfhe::Torus> words, int bits);
void round_words(EncryptedScores& scores, int bits);

/// The raw integers of the circuit's outputs. Shape: [rows x outputs].
/// Errors: mismatch, naming both ids, if circuit, key and scores do not belong together.
Matrix<ir::Integer> decrypt(const circuit::Circuit& circuit, const tfhe::ClientKey& key,
                            const EncryptedScores& scores);

/// Rows that were encrypted, scored and decrypted, and the time of each step.
struct EncryptedEvaluation {
  Matrix<ir::Integer> integers;  ///< Shape: [rows x outputs].
  Seconds encrypt{}, score{}, decrypt{};
};

/// Encrypts rows of features, scores and decrypts them, with at most some 64 MiB of scores (or one
/// row's) at a time. Errors: as encrypt() and score().
EncryptedEvaluation evaluate_encrypted(const circuit::Circuit& circuit,
                                       const tfhe::ClientKey& client,
                                       const tfhe::EvaluationKey& evaluation,
                                       const Matrix<double>& features, Engine& engine,
                                       const Progress& progress = {});

/// The clear circuit with the noise that encryption would add: each bootstrap input gets a phase
/// error of the predicted deviation, drawn from `random`.
Matrix<ir::Integer> simulate(const circuit::Circuit& circuit, const Matrix<ir::Integer>& inputs,
                             RandomStream random);

}  // namespace basalt::infer
