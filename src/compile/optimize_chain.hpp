// Exhaustive search for chains of parameter sets, one per stage of a circuit.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "compile/optimize_search.hpp"
#include "tfhe/parameter_chain.hpp"

namespace basalt::compile {

/// The limits of one stage. The table gains of its look-ups multiply the variance of values of the
/// stage before (in stage 0 its own), those of its outputs the variance of its own values.
struct StageProblem {
  std::vector<NoiseLimit> lookups, outputs;
  int table_bits = 0;
  std::size_t bootstraps = 0, linear_products = 0;  ///< Per row, for the price.
};

struct ChainProblem {
  std::vector<StageProblem> stages;
  int security = 128;
  /// Last word on a chain that keeps all limits; empty: all are accepted.
  std::function<bool(const tfhe::ParameterChain&)> accepts;
};

/// The chain with the lowest predicted time per row, if it is below `bound` seconds.
///
/// Stage by stage, every chain is kept that no other beats in time, noise and key size at once, so
/// the answer is the cheapest of all combinations, and tighter limits are never cheaper.
/// Cost: some ten milliseconds per stage.
std::optional<tfhe::ParameterChain> cheapest_chain(
    const ChainProblem& problem, const ParameterSpace& space, const tfhe::CostModel& model,
    double bound = std::numeric_limits<double>::infinity());

}  // namespace basalt::compile
