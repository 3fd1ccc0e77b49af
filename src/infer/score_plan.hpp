// What the server works out about a circuit once, before it sees ciphertexts.
#pragma once

#include <optional>
#include <vector>

#include "circuit/circuit.hpp"
#include "infer/lookup_step.hpp"

namespace basalt::infer {

/// Keys, readers and torus words of every node of a circuit.
struct ScorePlan {
  /// Errors: as circuit::stages_of_values.
  explicit ScorePlan(const circuit::Circuit& circuit);

  std::vector<std::size_t> stage_of;   ///< Stage whose big key each value lies under.
  std::vector<std::size_t> dimension;  ///< Bits of that key.
  std::vector<ir::ValueId> last_reader;
  std::vector<std::optional<LookupStep>> lookups;
  std::vector<std::optional<SharedRotations>> shared;  ///< Of look-ups that share rotations.
  /// Weights of every term of every layer as torus words, powers of two between scales included.
  std::vector<std::vector<std::vector<tfhe::Torus>>> weights;
  /// Layers that only an output reads, under the key of the longest outputs: the place of their
  /// first element among the outputs.
  std::vector<std::optional<std::size_t>> sent_from;
  std::size_t outputs = 0;           ///< Ciphertexts of a row.
  std::size_t output_dimension = 0;  ///< Of the longest.
};

/// Mask words of every output of a row as it is sent: those of the longest.
std::size_t score_dimension(const circuit::Circuit& circuit);

}  // namespace basalt::infer
