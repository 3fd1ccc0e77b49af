// Elements of a value that are the same sum, so that several tables may read one of them.
#pragma once

#include <cstddef>
#include <vector>

#include "ir/graph.hpp"

namespace basalt::ir {

/// For every element of a value, the first element with the same terms and bias: its own position
/// where there is none before it. Elements of what is no Linear are all different.
std::vector<std::size_t> first_equals(const Graph& graph, ValueId value);

/// Rotations that look up every element of `value` once where up to 2^log2_tables_per_rotation
/// tables of equal elements share one.
std::size_t rotations(const Graph& graph, ValueId value, int log2_tables_per_rotation);

}  // namespace basalt::ir
