// The client's side: rows to seeded ciphertexts, encrypted scores to integers.
#include "base/error.hpp"
#include "infer/infer.hpp"
#include "tfhe/glwe.hpp"

namespace basalt::infer {
namespace {

using tfhe::Torus;

void require_parameters(const char* where, const compile::Solution& solution,
                        const tfhe::ClientKey& key) {
  const Digest expected = solution.parameters.id(), actual = key.parameters().id();
  require(expected == actual, ErrorCode::mismatch, where,
          ": the client key was made for parameters ", actual.brief(),
          ", the circuit is run with parameters ", expected.brief());
}

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
  require_parameters("decrypt", solution, key);
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
  require_parameters("encrypt", solution, key);
  const ir::Circuit& circuit = solution.circuit;
  const Matrix<ir::Integer> integers = quantize_rows(circuit.preprocessing, features);
  const int scale = circuit.plans.front().log2_scale;
  EncryptedBatch batch{.circuit_id = solution.id(),
                       .client_key_id = key.id(),
                       .seed = SecureRandom::mask_seed(),
                       .first_stream = 0,
                       .rows = static_cast<std::size_t>(integers.rows()),
                       .inputs = static_cast<std::size_t>(integers.cols()),
                       .bodies = {}};
  batch.bodies.resize(batch.rows * batch.inputs);

  const std::size_t N = key.parameters().N();
  SecureRandom random;
  std::vector<Torus> messages(batch.inputs);
  std::uint64_t stream = 0;
  for (std::size_t row = 0; row < batch.rows; ++row) {
    for (std::size_t i = 0; i < batch.inputs; ++i) {
      messages[i] = ir::torus_word(
          integers(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(i)), scale);
    }
    for (std::size_t first = 0; first < batch.inputs; first += N) {
      const std::size_t count = std::min(N, batch.inputs - first);
      tfhe::encrypt_seeded(key, std::span(messages).subspan(first, count), batch.seed, stream++,
                           random,
                           std::span(batch.bodies).subspan(row * batch.inputs + first, count));
    }
  }
  return batch;
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
