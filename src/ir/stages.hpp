// Stages of a graph: which tables may have keys of their own.
#pragma once

#include <cstddef>
#include <vector>

#include "ir/graph.hpp"

namespace basalt::ir {

/// The stage of every value: tables of stage 0 read the client's inputs, tables of stage s > 0 read
/// sums of values of stage s - 1. A value of stage s lies under the key of that stage, inputs under
/// that of stage 0.
///
/// All 0 where stages would mix: a sum of values of several stages, or a rounding of later values,
/// which stays under its input's key.
std::vector<std::size_t> stages_of(const Graph& graph);

/// The stage whose values the tables of `stage` read.
inline std::size_t source_of(std::size_t stage) {
  return stage == 0 ? 0 : stage - 1;
}

}  // namespace basalt::ir
