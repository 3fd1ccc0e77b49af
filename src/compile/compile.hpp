// From a trained model to a circuit with parameters.
#pragma once

#include <string>
#include <variant>

#include "compile/target.hpp"
#include "ir/circuit.hpp"
#include "learn/model.hpp"
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
  Digest id() const;
};

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
std::variant<Solution, Infeasible> compile(const learn::Model& model, const Target& target);

/// The same from integers: every read-out is assembled, the cheapest that meets the target is kept.
std::variant<Solution, Infeasible> compile(const Lowered& lowered, const std::string& estimator,
                                           const Digest& model_id, const Target& target);

template <class Visitor>
void describe(Visitor& visit, Target& target) {
  visit("p_error", target.p_error);
  visit("global_p_error", target.global_p_error);
  visit("security", target.security);
}

template <class Visitor>
void describe(Visitor& visit, Solution& solution) {
  tfhe::ParameterSpec spec = solution.parameters.spec();
  visit.part("circuit", solution.circuit);
  visit.part("parameters", spec);
  visit.part("target", solution.target);
  visit("p_error", solution.p_error);
  visit("global_p_error", solution.global_p_error);
  visit("security_bits", solution.security_bits);
  visit("predicted_seconds_per_row", solution.predicted_seconds_per_row);
  visit("evaluation_key_bytes", solution.evaluation_key_bytes);
  visit("ciphertext_bytes_per_row", solution.ciphertext_bytes_per_row);
  visit("readout", solution.readout);
  solution.parameters = tfhe::Parameters(spec);
}

}  // namespace basalt::compile
