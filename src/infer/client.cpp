// The client's side: rows to seeded ciphertexts, encrypted scores to integers.
#include <algorithm>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "infer/encryptor.hpp"
#include "infer/score_plan.hpp"
#include "tfhe/glwe.hpp"

namespace basalt::infer {
namespace {

/// The scale and grid of each output of a row, in order.
struct OutputGrid {
  ir::OutputElement element;
  int log2_scale = 0;
  std::size_t stage = 0;  ///< Whose key it lies under.
};

std::vector<OutputGrid> grids_of(const circuit::Circuit& circuit) {
  const ir::EncodedGraph& encoded = circuit.encoded;
  const std::vector<std::size_t> stages = circuit::stages_of_values(circuit);
  std::vector<OutputGrid> grids;
  for (const ir::OutputEncoding& plan : encoded.outputs) {
    for (const ir::OutputElement& element : plan.elements) {
      grids.push_back({element, encoded.encodings[plan.output].log2_scale, stages[plan.output]});
    }
  }
  return grids;
}

void check_scores(const circuit::Circuit& circuit, const tfhe::ClientKey& key,
                  const EncryptedScores& scores) {
  const Digest expected = circuit.parameters.id(), actual = key.parameters().id();
  require(expected == actual, ErrorCode::mismatch,
          "decrypt: the client key was made for parameters ", actual.brief(),
          ", the circuit is run with parameters ", expected.brief());
  require(scores.circuit_id == circuit.id(), ErrorCode::mismatch,
          "decrypt: the scores come from circuit ", scores.circuit_id.brief(), ", this is circuit ",
          [&] { return circuit.id().brief(); });
  require(scores.client_key_id == key.id(), ErrorCode::mismatch,
          "decrypt: the scores are encrypted under key ", scores.client_key_id.brief(),
          ", this is key ", [&] { return key.id().brief(); });
  const std::size_t outputs = circuit.encoded.output_count();
  const std::size_t dimension = score_dimension(circuit);
  require(scores.outputs == outputs && scores.dimension == dimension &&
              scores.words.size() == scores.rows * outputs * (dimension + 1),
          ErrorCode::mismatch, "decrypt: ", scores.rows, " rows of ", scores.outputs,
          " outputs of dimension ", scores.dimension, " in ", scores.words.size(),
          " words, expected ", outputs, " outputs of dimension ", dimension);
}

/// What `step` returns; its seconds are added to `seconds`.
template <class Step>
auto timed(Seconds& seconds, const Step& step) {
  const Stopwatch watch;
  auto made = step();
  seconds.value += watch.elapsed().value;
  return made;
}

}  // namespace

EncryptedBatch encrypt(const circuit::Circuit& circuit, const tfhe::ClientKey& key,
                       const Matrix<double>& features, const torus::Kernels& kernels) {
  return Encryptor(circuit, key, kernels).encrypt(features);
}

Matrix<ir::Integer> decrypt(const circuit::Circuit& circuit, const tfhe::ClientKey& key,
                            const EncryptedScores& scores) {
  check_scores(circuit, key, scores);
  const std::vector<OutputGrid> grids = grids_of(circuit);
  Matrix<ir::Integer> integers(static_cast<Eigen::Index>(scores.rows),
                               static_cast<Eigen::Index>(scores.outputs));
  const std::size_t words = scores.dimension + 1;
  for (std::size_t i = 0; i < scores.rows * scores.outputs; ++i) {
    const auto ciphertext = std::span(scores.words).subspan(i * words, words);
    const OutputGrid& grid = grids[i % scores.outputs];
    const tfhe::SecretStageKeys& secret = key.stage(grid.stage);
    const auto mask = ciphertext.first(secret.glwe().size());  // zeros follow a short one
    integers.data()[i] =
        decode(grid.element, grid.log2_scale, tfhe::phase(secret, mask, ciphertext.back()));
  }
  return integers;
}

EncryptedEvaluation evaluate_encrypted(const circuit::Circuit& circuit,
                                       const tfhe::ClientKey& client,
                                       const tfhe::EvaluationKey& evaluation,
                                       const Matrix<double>& features, Engine& engine,
                                       const Progress& progress) {
  constexpr std::size_t most_bytes = std::size_t{64} << 20;
  EncryptedEvaluation found;
  const EncryptedBatch batch =
      timed(found.encrypt, [&] { return encrypt(circuit, client, features, engine.kernels); });
  const std::size_t outputs = circuit.encoded.output_count();
  const std::size_t row_bytes = outputs * (score_dimension(circuit) + 1) * sizeof(tfhe::Torus);
  const std::size_t most =
      std::max<std::size_t>(1, most_bytes / std::max<std::size_t>(1, row_bytes));
  const std::size_t bootstraps = circuit::bootstraps_per_row(circuit);
  found.integers.resize(features.rows(), static_cast<Eigen::Index>(outputs));
  EncryptedScores scores;
  for (std::size_t first = 0; first < batch.rows; first += most) {
    const auto tell = [&](std::size_t rows, std::size_t done) {
      if (progress) progress(first + rows, first * bootstraps + done);
    };
    const std::size_t count = std::min(most, batch.rows - first);
    scores = timed(found.score, [&] {
      return score(circuit, evaluation, batch, first, count, engine, tell, std::move(scores.words));
    });
    found.integers.middleRows(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(count)) =
        timed(found.decrypt, [&] { return decrypt(circuit, client, scores); });
  }
  return found;
}

}  // namespace basalt::infer
