#include "io/store/circuit_store.hpp"

#include "io/store/described_store.hpp"

namespace basalt::io {
namespace {

std::uint32_t version_of(const circuit::Circuit& circuit) {
  const bool plain = circuit.log2_tables_per_rotation.empty() && circuit.score_word_bits == 64;
  return plain ? version_for(circuit.parameters) : shared_version;
}

}  // namespace

Digest save(const circuit::Circuit& circuit, const std::filesystem::path& path) {
  return save_described(
      "circuit", circuit,
      {{"model", circuit.encoded.model_id}, {"parameters", circuit.parameters.id()}}, path,
      version_of(circuit));
}

circuit::Circuit load_circuit(const std::filesystem::path& path) {
  circuit::Circuit circuit = load_described("circuit", circuit::Circuit{}, path, shared_version);
  try {
    ir::validate(circuit.encoded);
    (void)stages_of_values(circuit);
    (void)bootstraps_per_row(circuit);
    const int bits = circuit.score_word_bits;
    require(bits == 16 || bits == 32 || bits == 64, ErrorCode::corrupt, "words of scores have ",
            bits, " bits, expected 16, 32 or 64");
  } catch (const Error& error) {
    throw Error(ErrorCode::corrupt, concat(path.string(), ": ", error.what()));
  }
  return circuit;
}

}  // namespace basalt::io
