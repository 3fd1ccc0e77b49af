#include "learn/model/tree_ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "learn/data/feature_quantizer.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

void require_bits(Bits bits, const char* what) {
  require(1 <= bits.value && bits.value <= 16, ErrorCode::invalid_argument, "trees: ", bits.value,
          " bits of ", what, ", expected 1 to 16");
}

/// Smallest and largest leaf of one value of a tree.
struct Extent {
  double low = 0.0, high = 0.0;
};

Extent extent_of(const RealTree& tree, Index value) {
  Extent extent{1e300, -1e300};
  for (std::size_t node = 0; node < tree.shape.nodes(); ++node) {
    if (!tree.shape.is_leaf(node)) continue;
    const double leaf = tree.value(static_cast<Index>(node), value);
    require(std::isfinite(leaf), ErrorCode::invalid_argument,
            "trees: a leaf is not finite; the training diverged");
    extent.low = std::min(extent.low, leaf);
    extent.high = std::max(extent.high, leaf);
  }
  return extent;
}

/// The steps of leaves whose widest trees span `widest`, per output.
void set_steps(TreeEnsemble& ensemble, const std::vector<double>& widest, Bits bits) {
  const auto steps = static_cast<double>((std::int64_t{1} << bits.value) - 1);
  const auto step = [&](double width) { return width > 0 ? width / steps : 1.0; };
  ensemble.scale = step(widest.empty() ? 0.0 : std::ranges::max(widest));
  if (ensemble.link != TreeLink::identity || widest.size() < 2) return;
  for (const double width : widest) ensemble.scales.push_back(step(width));
}

}  // namespace

std::size_t leaf_of(const Tree& tree, const std::int64_t* features) {
  std::size_t node = 0;
  while (!tree.is_leaf(node)) {
    const bool is_right = features[tree.feature[node]] >= tree.threshold[node];
    node = static_cast<std::size_t>(is_right ? tree.right[node] : tree.left[node]);
  }
  return node;
}

void set_trees(TreeEnsemble& ensemble, std::vector<RealTree> trees, std::size_t outputs,
               Bits bits) {
  require_bits(bits, "leaves");
  const auto output_of = [](const RealTree& tree, Index v) {
    return static_cast<std::size_t>(tree.shape.first_output + v);
  };
  std::vector<double> widest(outputs, 0.0);
  for (const RealTree& tree : trees) {
    for (Index v = 0; v < tree.value.cols(); ++v) {
      const Extent extent = extent_of(tree, v);
      double& width = widest.at(output_of(tree, v));
      width = std::max(width, extent.high - extent.low);
    }
  }
  set_steps(ensemble, widest, bits);
  ensemble.offset.resize(outputs, 0.0);
  for (RealTree& tree : trees) {
    tree.shape.value.setZero(tree.value.rows(), tree.value.cols());
    for (Index v = 0; v < tree.value.cols(); ++v) {
      const double low = extent_of(tree, v).low, scale = ensemble.scale_of(output_of(tree, v));
      ensemble.offset[output_of(tree, v)] += low;
      for (std::size_t node = 0; node < tree.shape.nodes(); ++node) {
        if (!tree.shape.is_leaf(node)) continue;
        const auto at = static_cast<Index>(node);
        tree.shape.value(at, v) =
            static_cast<std::int64_t>(std::nearbyint((tree.value(at, v) - low) / scale));
      }
    }
    ensemble.trees.push_back(std::move(tree.shape));
  }
}

Matrix<std::int64_t> leaf_sums(const TreeEnsemble& ensemble, const Matrix<double>& features) {
  const Matrix<std::int64_t> integers = quantize_features(ensemble.features, features);
  Matrix<std::int64_t> sums =
      Matrix<std::int64_t>::Zero(features.rows(), static_cast<Index>(ensemble.offset.size()));
  for (Index row = 0; row < integers.rows(); ++row) {
    for (const Tree& tree : ensemble.trees) {
      const auto leaf = static_cast<Index>(leaf_of(tree, integers.row(row).data()));
      sums.row(row).segment(tree.first_output, tree.value.cols()) += tree.value.row(leaf);
    }
  }
  return sums;
}

}  // namespace basalt::learn
