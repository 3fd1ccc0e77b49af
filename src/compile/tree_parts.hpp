// Cuts a decision tree into parts of one small table each, and what needs no table at all.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/matrix.hpp"
#include "ir/graph.hpp"
#include "learn/model/tree_ensemble.hpp"

namespace basalt::compile {

/// The bit [feature >= threshold].
struct Comparison {
  std::int32_t feature = 0;
  std::int64_t threshold = 0;
  auto operator<=>(const Comparison&) const = default;
};

struct WeightedComparison {
  Comparison comparison;
  ir::Integer weight = 0;
};

/// Some neighbouring nodes of a tree as one table of a weighted sum of bits. Where the path to the
/// part is not taken, the table gives 0.
struct TreePart {
  std::vector<WeightedComparison> index;  ///< The sum, with `bias`, lies in [0, table columns).
  ir::Integer bias = 0;
  Matrix<ir::Integer> table;  ///< Shape: [values x sums].
};

/// A tree as a sum: constant + linear terms + tables of parts, exactly.
struct TreeParts {
  std::vector<ir::Integer> constant;  ///< One per value.
  /// Bits that count for a value directly: those of the root's feature, for which a tree is a
  /// staircase. Shape of each: one weight per value.
  std::vector<Comparison> steps;
  Matrix<ir::Integer> step_weights;  ///< Shape: [values x steps].
  std::vector<TreePart> parts;
};

// How a tree is cut (tree_parts.cpp):
// 1. Pruner leaves out what no row can reach or tell apart.
// 2. Every node knows its path: an interval per feature that was compared above it.
// 3. search(entry) finds the cover of the subtree at `entry` with the fewest tables: a first part
//    that contains `entry`, and covers of what hangs below it (its exits). Each entry is solved
//    once; an exit's cover does not depend on the part above it, so the best parts add up.
// 4. A part takes one of three forms, each a table of an index that is linear in comparison bits:
//    staircase    nodes on the root's feature: a step function, linear itself, no table;
//    digits       index = digits + R * (path conditions that hold on other features), R the number
//                 of digit values: only with all conditions it reaches the last R entries;
//    conjunction  index = number of conditions that hold, of the path and of the node's own: only
//                 the last entry is taken by rows that are there.
// 5. emit() goes bottom up. A part's table holds differences to a base, the value of one of its
//    exits; off its path it gives 0. The part above counts that base as the value of its own exit:
//      tree(x) = base(root) + linear steps + sum over parts of table(index(x)).
//
/// The fewest parts whose tables have at most `most_entries` entries (2 or more).
///
/// A part reads its own nodes as digits of a mixed radix, one digit per feature, and counts the
/// features whose path conditions hold above them. A single node with a constant side is the
/// conjunction of its path and its condition, which needs the count only.
/// No value if a path has more conditions than such a table can count.
std::optional<TreeParts> cut_tree(const learn::Tree& tree, ir::Integer most_entries);

}  // namespace basalt::compile
