// From a graph of integers to a circuit: every value gets its place on the torus.
#pragma once

#include "compile/compile.hpp"
#include "compile/optimize.hpp"

namespace basalt::compile {

/// A circuit and what it asks of its parameters.
struct Assembly {
  ir::EncodedGraph encoded;
  NoiseRequirements requirements;
};

/// Chooses the scale of every value, the decoding of every output, and collects the noise limits.
///
/// A value takes the smallest scale that one of its readers needs; the other readers multiply it by
/// a power of two, which costs fresh encryptions nothing that matters and bootstrap outputs noise.
/// Errors: invalid_argument that names the node if a range does not fit its padded table, or if a
/// Linear reads a Linear (fold first).
/// Source: scales and decoding of the torus without padding bit; half steps as the distance to the
/// next entry or integer.
Assembly assemble(const Lowered& lowered, const std::string& estimator, const Digest& model_id);

}  // namespace basalt::compile
