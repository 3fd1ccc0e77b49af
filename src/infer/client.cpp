// The client's side: rows to seeded ciphertexts, encrypted scores to integers.
#include "base/error.hpp"
#include "infer/encryptor.hpp"
#include "tfhe/glwe.hpp"

namespace basalt::infer {
namespace {

/// The scale and grid of each output of a row, in order.
struct OutputGrid {
  ir::OutputElement element;
  int log2_scale = 0;
};

std::vector<OutputGrid> grids_of(const ir::Circuit& circuit) {
  std::vector<OutputGrid> grids;
  for (const ir::OutputPlan& plan : circuit.outputs) {
    for (const ir::OutputElement& element : plan.elements) {
      grids.push_back({element, circuit.plans[plan.output].log2_scale});
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
  const std::size_t dimension = key.parameters().big_dimension();
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
  const std::vector<OutputGrid> grids = grids_of(solution.circuit);
  Matrix<ir::Integer> integers(static_cast<Eigen::Index>(scores.rows),
                               static_cast<Eigen::Index>(scores.outputs));
  const std::size_t words = scores.dimension + 1;
  for (std::size_t i = 0; i < scores.rows * scores.outputs; ++i) {
    const auto ciphertext = std::span(scores.words).subspan(i * words, words);
    const OutputGrid& grid = grids[i % scores.outputs];
    integers.data()[i] = decode(grid.element, grid.log2_scale, tfhe::phase(key, ciphertext));
  }
  return integers;
}

}  // namespace basalt::infer
