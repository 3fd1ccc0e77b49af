// Growing single trees on quantized features, as CART does.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "learn/model/tree_ensemble.hpp"

namespace basalt::learn {

/// Measure of the impurity of a node.
enum class Criterion { gini, entropy, squared_error };

/// When a tree stops growing and which features a node may try.
struct GrowthSpec {
  Criterion criterion = Criterion::gini;
  std::int64_t max_depth = 0;  ///< 0: no limit.
  std::int64_t min_samples_split = 2, min_samples_leaf = 1;
  double min_impurity_decrease = 0.0;  ///< Of the whole training set's impurity per row.
  std::size_t max_features = 0;        ///< Drawn anew for each node; 0: all.
};

/// What trees are grown on.
struct GrowthData {
  const Matrix<std::int64_t>& features;  ///< Quantized, from 0.
  /// Row of each point: its class (one-hot), or its targets. Shape: [rows x values].
  const Matrix<double>& targets;
  std::span<const double> weights{};  ///< How much each row counts; empty: 1.
};

/// A tree on the given rows (which may repeat); its leaves hold the weighted mean of their targets.
/// Thresholds lie in the middle between the values that they part.
/// Source: Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984.
RealTree grow_tree(const GrowthData& data, std::span<const std::size_t> rows,
                   const GrowthSpec& spec, RandomStream random);

/// How many trees, and the rows that each sees.
struct ForestSpec {
  std::size_t trees = 1;
  bool bootstrap = false;    ///< Rows drawn with replacement; else all rows.
  double max_samples = 1.0;  ///< Part of the number of rows that is drawn.
};

/// Trees, each with a stream of its own. Source: Breiman, Random forests, 2001.
std::vector<RealTree> grow_forest(const GrowthData& data, const ForestSpec& forest,
                                  const GrowthSpec& spec, const RandomStream& random);

}  // namespace basalt::learn
