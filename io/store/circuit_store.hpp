// Circuit files: the circuit, its parameters, what was asked and what was reached.
#pragma once

#include <filesystem>

#include "base/digest.hpp"
#include "circuit/circuit.hpp"

namespace basalt::io {

/// The parents are the model and the parameters. Returns the circuit's id. Errors: not_found, io.
Digest save(const circuit::Circuit& circuit, const std::filesystem::path& path);

/// Errors: not_found, io; corrupt, mismatch, unsupported as verify().
circuit::Circuit load_circuit(const std::filesystem::path& path);

}  // namespace basalt::io
