// A circuit: the model as encoded integers, the parameters it is run with, what both cost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/describe.hpp"
#include "circuit/target.hpp"
#include "ir/encoded_graph.hpp"
#include "tfhe/parameter_chain.hpp"

namespace basalt::circuit {

/// What `compile` makes of a model, `score` runs and a circuit file holds.
struct Circuit {
  ir::EncodedGraph encoded;
  tfhe::ParameterChain parameters;
  Target target;
  double p_error = 0.0;         ///< Worst single bootstrap or output, reached.
  double global_p_error = 0.0;  ///< One row, reached.
  double security_bits = 0.0;
  double predicted_seconds_per_row = 0.0;  ///< One core of the reference machine of the cost model.
  std::size_t evaluation_key_bytes = 0;    ///< As stored.
  std::size_t ciphertext_bytes_per_row = 0;
  std::string readout;  ///< "whole", "split" or "hidden".
  /// Per node: look-ups read up to 2^p tables of one input in one rotation. Empty: p is 0.
  std::vector<std::int32_t> log2_tables_per_rotation{};
  /// Upper bits that the words of encrypted outputs are rounded to: 16, 32 or 64.
  std::int32_t score_word_bits = 64;
  Digest id() const;
};

/// The stage of the parameters whose big key each value lies under, which is also that of the
/// tables that make the value.
/// Errors: invalid_argument unless the parameters have one stage, or one per stage of the graph.
std::vector<std::size_t> stages_of_values(const Circuit& circuit);

/// log2_tables_per_rotation of a node.
/// Errors: invalid_argument if the node has none, or it is not 0 to 3.
int log2_tables_per_rotation_of(const Circuit& circuit, ir::ValueId id);

/// Blind rotations of one row: tables that share one count once.
std::size_t bootstraps_per_row(const Circuit& circuit);

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Target> auto& target) {
  visit("p_error", target.p_error);
  visit("global_p_error", target.global_p_error);
  visit("security", target.security);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Circuit> auto& circuit) {
  visit.part("circuit", circuit.encoded);
  describe(visit, circuit.parameters);
  visit.part("target", circuit.target);
  visit("p_error", circuit.p_error);
  visit("global_p_error", circuit.global_p_error);
  visit("security_bits", circuit.security_bits);
  visit("predicted_seconds_per_row", circuit.predicted_seconds_per_row);
  visit("evaluation_key_bytes", circuit.evaluation_key_bytes);
  visit("ciphertext_bytes_per_row", circuit.ciphertext_bytes_per_row);
  visit("readout", circuit.readout);
  if (visit.has("log2_parts", !circuit.log2_tables_per_rotation.empty())) {
    visit("log2_parts", circuit.log2_tables_per_rotation);
  }
  if (visit.has("score_word_bits", circuit.score_word_bits != 64)) {
    visit("score_word_bits", circuit.score_word_bits);
  }
}

}  // namespace basalt::circuit
