// From a trained model to a circuit with parameters.
#pragma once

#include <string>
#include <variant>

#include "compile/optimize_search.hpp"
#include "compile/target.hpp"
#include "ir/circuit.hpp"
#include "learn/model/model.hpp"
#include "tfhe/parameters.hpp"

namespace basalt::compile {

/// The circuit and the parameters it is run with.
struct Solution {
  ir::Circuit circuit;
  tfhe::Parameters parameters{
      tfhe::ParameterSpec{.polynomial_size = 256, .bootstrap = {}, .keyswitch = {}}};
  Target target;
  double p_error = 0.0;         ///< Worst single bootstrap or output, reached.
  double global_p_error = 0.0;  ///< One row, reached.
  double security_bits = 0.0;
  double predicted_seconds_per_row = 0.0;  ///< One core of the reference machine of the cost model.
  std::size_t evaluation_key_bytes = 0;    ///< As stored.
  std::size_t ciphertext_bytes_per_row = 0;
  std::string readout;  ///< "whole", "split" or "hidden".
  /// Per node: look-ups read up to 2^p tables of one input in one rotation. Empty: p is 0.
  std::vector<std::int32_t> log2_parts{};
  /// Upper bits that the words of encrypted outputs are rounded to: 16, 32 or 64.
  std::int32_t score_word_bits = 64;
  Digest id() const;
};

/// The set of the parameters whose big key each value lies under, which is also the set of the
/// tables that make the value.
/// Errors: invalid_argument unless the parameters have one set, or one per stage of the graph.
std::vector<std::size_t> sets_of_values(const Solution& solution);

/// log2_parts of a node. Errors: invalid_argument if the node has none, or it is not 0 to 3.
int log2_parts_of(const Solution& solution, ir::ValueId id);

/// Blind rotations of one row: tables that share one count once.
std::size_t bootstraps_per_row(const Solution& solution);

/// The integers of a model, before parameters: graph, pre- and postprocessing.
struct Lowered {
  ir::Graph graph;
  ir::Preprocessing preprocessing;
  ir::Postprocessing postprocessing;
};

/// One overload per family, in lower_<family>.cpp (compile/lower.hpp); the variant picks it.
Lowered lower(const learn::Model& model);

/// lower, passes, assemble, optimize.
/// Errors: invalid_argument if the target is impossible in itself (p_error outside (0, 1), unknown
/// security level).
std::variant<Solution, Infeasible> compile(const learn::Model& model, const Target& target,
                                           const SearchSpace& space = {});

/// The same from integers: every read-out is assembled, the cheapest that meets the target is kept.
std::variant<Solution, Infeasible> compile(const Lowered& lowered, const std::string& estimator,
                                           const Digest& model_id, const Target& target,
                                           const SearchSpace& space = {});

template <class Visitor>
void describe(Visitor& visit, Target& target) {
  visit("p_error", target.p_error);
  visit("global_p_error", target.global_p_error);
  visit("security", target.security);
}

template <class Visitor>
void describe(Visitor& visit, Solution& solution) {
  tfhe::ParameterSpec spec = solution.parameters.spec();
  std::vector<tfhe::ParameterSpec> further = solution.parameters.further();
  visit.part("circuit", solution.circuit);
  visit.part("parameters", spec);
  if (visit.has("further_parameters", !further.empty())) visit.list("further_parameters", further);
  visit.part("target", solution.target);
  visit("p_error", solution.p_error);
  visit("global_p_error", solution.global_p_error);
  visit("security_bits", solution.security_bits);
  visit("predicted_seconds_per_row", solution.predicted_seconds_per_row);
  visit("evaluation_key_bytes", solution.evaluation_key_bytes);
  visit("ciphertext_bytes_per_row", solution.ciphertext_bytes_per_row);
  visit("readout", solution.readout);
  if (visit.has("log2_parts", !solution.log2_parts.empty())) {
    visit("log2_parts", solution.log2_parts);
  }
  if (visit.has("score_word_bits", solution.score_word_bits != 64)) {
    visit("score_word_bits", solution.score_word_bits);
  }
  solution.parameters = tfhe::Parameters(spec, further);
}

}  // namespace basalt::compile
