// From a trained model to a circuit with parameters.
#pragma once

#include <string>
#include <variant>

#include "circuit/circuit.hpp"
#include "compile/infeasible.hpp"
#include "compile/optimize_search.hpp"
#include "learn/model/model.hpp"

namespace basalt::compile {

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
std::variant<circuit::Circuit, Infeasible> compile(const learn::Model& model,
                                                   const circuit::Target& target,
                                                   const ParameterSpace& space = {});

/// The same from integers: every read-out is assembled, the cheapest that meets the target is kept.
std::variant<circuit::Circuit, Infeasible> compile(const Lowered& lowered,
                                                   const std::string& estimator,
                                                   const Digest& model_id,
                                                   const circuit::Target& target,
                                                   const ParameterSpace& space = {});

}  // namespace basalt::compile
