// Decision trees, forests and boosted trees on quantized features.
#pragma once

#include <cstdint>
#include <vector>

#include "base/describe.hpp"
#include "base/matrix.hpp"
#include "quant/quantizer.hpp"

namespace basalt::learn {

/// A binary tree. Node 0 is the root; every node stands after its parent.
struct Tree {
  std::vector<std::int32_t> feature;    ///< Read by the node; -1: a leaf.
  std::vector<std::int64_t> threshold;  ///< Right where the quantized feature is at least this.
  std::vector<std::int32_t> left, right;
  Matrix<std::int64_t> value;     ///< Of leaves. Shape: [nodes x values].
  std::int32_t first_output = 0;  ///< Output to which the first value belongs.

  std::size_t nodes() const noexcept { return feature.size(); }
  bool is_leaf(std::size_t node) const { return feature[node] < 0; }
};

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Tree> auto& tree) {
  visit("feature", tree.feature);
  visit("threshold", tree.threshold);
  visit("left", tree.left);
  visit("right", tree.right);
  visit("value", tree.value);
  visit("first_output", tree.first_output);
}

/// What the scores of an ensemble mean.
enum class TreeLink {
  identity,    ///< Predicted values.
  sign,        ///< One score of two classes: positive is the second.
  argmax,      ///< One score per class: the largest wins.
  probability  ///< Shares of all classes but the last, which has the rest of 1.
};

/// Where features are compared with thresholds.
enum class Comparisons {
  client,  ///< Before encryption: one encrypted bit per threshold.
  server,  ///< Under encryption: one look-up per threshold.
  levels  ///< Before encryption, with every level of a feature: a bit each; thresholds stay secret.
};

/// score_k = scale_of(k) * (sum of the values of the leaves reached, of output k) + offset_k.
struct TreeEnsemble {
  std::vector<quant::Quantizer> features;  ///< Of each standardized feature, unsigned.
  std::vector<Tree> trees;
  double scale = 1.0;
  std::vector<double> scales;  ///< In place of `scale`, one per output; empty: all have the same.
  std::vector<double> offset;  ///< One per output.
  TreeLink link = TreeLink::identity;
  Comparisons comparisons = Comparisons::client;

  double scale_of(std::size_t output) const { return scales.empty() ? scale : scales.at(output); }
};

template <class Visitor>
void describe(Visitor& visit, MaybeConst<TreeEnsemble> auto& ensemble) {
  visit.part("features", ensemble.features);
  visit.list("trees", ensemble.trees);
  visit("scale", ensemble.scale);
  visit("offset", ensemble.offset);
  visit("link", ensemble.link);
  visit("comparisons", ensemble.comparisons);
  if (visit.has("scales", !ensemble.scales.empty())) visit("scales", ensemble.scales);
}

/// A tree with real leaves, as trained.
struct RealTree {
  Tree shape;            ///< Without values.
  Matrix<double> value;  ///< Of leaves. Shape: [nodes x values].
};

/// The leaf that a row of quantized features reaches.
std::size_t leaf_of(const Tree& tree, const std::int64_t* features);

/// Quantizes all leaves by one step so that the widest tree fills `bits` bits; each tree and output
/// starts at its smallest value, which goes to the offset. Predicted values (link `identity`) of
/// several outputs have a step each, as their units may differ.
/// Errors: invalid_argument unless 1 <= bits <= 16 and all leaves are finite.
void set_trees(TreeEnsemble& ensemble, std::vector<RealTree> trees, std::size_t outputs, Bits bits);

/// Sums of the leaves reached. Shape: [rows x features] -> [rows x outputs].
Matrix<std::int64_t> leaf_sums(const TreeEnsemble& ensemble, const Matrix<double>& features);

}  // namespace basalt::learn
