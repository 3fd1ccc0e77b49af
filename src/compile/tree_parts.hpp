// Cuts a decision tree into parts of one small table each, and what needs no table at all.
#pragma once

#include <compare>
#include <cstdint>
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

/// The fewest parts whose tables have at most `most_entries` entries (2 or more).
///
/// A part reads its own nodes as digits of a mixed radix, one digit per feature, and counts the
/// features whose path conditions hold above them. A single node with a constant side is the
/// conjunction of its path and its condition, which needs the count only.
/// Errors: unsupported if a path has more conditions than any table can count.
TreeParts cut_tree(const learn::Tree& tree, ir::Integer most_entries);

}  // namespace basalt::compile
