// The client's side: rows to seeded ciphertexts, encrypted scores to integers.
#include "base/error.hpp"
#include "infer/encryptor.hpp"
#include "infer/score_plan.hpp"
#include "tfhe/glwe.hpp"

namespace basalt::infer {
namespace {

/// The scale and grid of each output of a row, in order.
struct OutputGrid {
  ir::OutputElement element;
  int log2_scale = 0;
  std::size_t set = 0;  ///< Of the parameters whose key it lies under.
};

std::vector<OutputGrid> grids_of(const compile::Solution& solution) {
  const ir::Circuit& circuit = solution.circuit;
  const std::vector<std::size_t> sets = compile::sets_of_values(solution);
  std::vector<OutputGrid> grids;
  for (const ir::OutputPlan& plan : circuit.outputs) {
    for (const ir::OutputElement& element : plan.elements) {
      grids.push_back({element, circuit.plans[plan.output].log2_scale, sets[plan.output]});
    }
  }
  return grids;
}

void check_scores(const compile::Solution& solution, const tfhe::ClientKey& key,
                  const EncryptedScores& scores) {
  const Digest expected = solution.parameters.id(), actual = key.parameters().id();
  require(expected == actual, ErrorCode::mismatch,
          "decrypt: the client key was made for parameters ", actual.brief(),
          ", the circuit is run with parameters ", expected.brief());
  require(scores.circuit_id == solution.id(), ErrorCode::mismatch,
          "decrypt: the scores come from circuit ", scores.circuit_id.brief(), ", this is circuit ",
          solution.id().brief());
  require(scores.client_key_id == key.id(), ErrorCode::mismatch,
          "decrypt: the scores are encrypted under key ", scores.client_key_id.brief(),
          ", this is key ", key.id().brief());
  const std::size_t outputs = solution.circuit.output_count();
  const std::size_t dimension = score_dimension(solution);
  require(scores.outputs == outputs && scores.dimension == dimension &&
              scores.words.size() == scores.rows * outputs * (dimension + 1),
          ErrorCode::mismatch, "decrypt: ", scores.rows, " rows of ", scores.outputs,
          " outputs of dimension ", scores.dimension, " in ", scores.words.size(),
          " words, expected ", outputs, " outputs of dimension ", dimension);
}

}  // namespace

EncryptedBatch encrypt(const compile::Solution& solution, const tfhe::ClientKey& key,
                       const Matrix<double>& features) {
  return Encryptor(solution, key).encrypt(features);
}

Matrix<ir::Integer> decrypt(const compile::Solution& solution, const tfhe::ClientKey& key,
                            const EncryptedScores& scores) {
  check_scores(solution, key, scores);
  const std::vector<OutputGrid> grids = grids_of(solution);
  Matrix<ir::Integer> integers(static_cast<Eigen::Index>(scores.rows),
                               static_cast<Eigen::Index>(scores.outputs));
  const std::size_t words = scores.dimension + 1;
  for (std::size_t i = 0; i < scores.rows * scores.outputs; ++i) {
    const auto ciphertext = std::span(scores.words).subspan(i * words, words);
    const OutputGrid& grid = grids[i % scores.outputs];
    const tfhe::ClientKey& set = key.set(grid.set);
    const auto mask = ciphertext.first(set.glwe().size());  // zeros follow a short one
    integers.data()[i] =
        decode(grid.element, grid.log2_scale, tfhe::phase(set, mask, ciphertext.back()));
  }
  return integers;
}

}  // namespace basalt::infer
