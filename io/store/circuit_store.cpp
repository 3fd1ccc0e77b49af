#include "io/store/circuit_store.hpp"

#include "io/store/described_store.hpp"

namespace basalt::io {
namespace {

std::uint32_t version_of(const compile::Solution& solution) {
  const bool plain = solution.log2_parts.empty() && solution.score_word_bits == 64;
  return plain ? version_for(solution.parameters) : shared_version;
}

}  // namespace

Digest save(const compile::Solution& solution, const std::filesystem::path& path) {
  return save_described(
      "circuit", solution,
      {{"model", solution.circuit.model_id}, {"parameters", solution.parameters.id()}}, path,
      version_of(solution));
}

compile::Solution load_circuit(const std::filesystem::path& path) {
  compile::Solution solution = load_described("circuit", compile::Solution{}, path, shared_version);
  try {
    ir::validate(solution.circuit);
    (void)sets_of_values(solution);
    (void)bootstraps_per_row(solution);
    const int bits = solution.score_word_bits;
    require(bits == 16 || bits == 32 || bits == 64, ErrorCode::corrupt, "words of scores have ",
            bits, " bits, expected 16, 32 or 64");
  } catch (const Error& error) {
    throw Error(ErrorCode::corrupt, cat(path.string(), ": ", error.what()));
  }
  return solution;
}

}  // namespace basalt::io
