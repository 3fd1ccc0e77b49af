// Trees in the JSON of XGBoost, as its trainer and its importer read them.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace basalt::learn {

/// One tree as XGBoost keeps it: an element per node, the root first. Nodes that pruning removed
/// stay in the arrays, out of reach of the root.
struct XgboostTree {
  std::vector<std::int64_t> left, right;  ///< Children of each node; below 0 of a leaf.
  std::vector<std::int32_t> feature;      ///< That each node compares.
  std::vector<double> condition;  ///< To the left where the feature is below it; a leaf's value.
  std::int32_t output = 0;        ///< Class or target that the tree adds to.

  std::size_t nodes() const noexcept { return left.size(); }
  bool is_leaf(std::size_t node) const { return left[node] < 0; }
};

/// The trees below `model`, the part of a booster that holds "trees" and "tree_info".
/// Errors: invalid_argument if a tree has no node or its arrays differ in length;
///         nlohmann::json::exception where the document has another form.
std::vector<XgboostTree> xgboost_trees(const nlohmann::json& model);

}  // namespace basalt::learn
