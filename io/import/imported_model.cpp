#include "io/import/imported_model.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "learn/data/feature_quantizer.hpp"

namespace basalt::io {
namespace {

using Eigen::Index;

/// Smallest integer of the grid that goes right, possibly one past its end.
std::int64_t integer_threshold(const RealNode& node, const quant::QuantizerSpec& grid) {
  const double steps = node.threshold / grid.scale + static_cast<double>(grid.zero_point);
  // A threshold that is a grid point up to rounding is that point.
  const double nearest = std::nearbyint(steps);
  const bool on_point = std::abs(steps - nearest) < 1e-6;
  const double first = on_point ? nearest + (node.equal_goes_left ? 1.0 : 0.0) : std::ceil(steps);
  const auto low = static_cast<double>(grid.low), high = static_cast<double>(grid.high);
  return static_cast<std::int64_t>(std::clamp(first, low, high + 1.0));
}

/// Copies a tree node by node, parents first.
class GridCopy {
 public:
  GridCopy(const FloatTree& tree, const std::vector<quant::Quantizer>& features)
      : tree_(tree), features_(features), reached_(tree.nodes.size(), false) {
    copy(0);
    result_.shape.first_output = tree.first_output;
    const auto rows = static_cast<Index>(leaves_.size());
    result_.value = Matrix<double>::Zero(rows, static_cast<Index>(tree.values));
    for (Index row = 0; row < rows; ++row) {
      const std::vector<double>& value = leaves_[static_cast<std::size_t>(row)];
      for (std::size_t v = 0; v < value.size(); ++v) {
        result_.value(row, static_cast<Index>(v)) = value[v];
      }
    }
  }
  learn::RealTree result() && { return std::move(result_); }

 private:
  const RealNode& visit(std::size_t at) {
    require(at < tree_.nodes.size() && !reached_[at], ErrorCode::invalid_argument, "tree: node ",
            at, " of ", tree_.nodes.size(), " does not exist or is reached twice");
    reached_[at] = true;
    return tree_.nodes[at];
  }

  std::int32_t add(std::int32_t feature, std::int64_t threshold, std::vector<double> value) {
    learn::Tree& shape = result_.shape;
    shape.feature.push_back(feature);
    shape.threshold.push_back(threshold);
    shape.left.push_back(-1);
    shape.right.push_back(-1);
    leaves_.push_back(std::move(value));
    return static_cast<std::int32_t>(shape.nodes()) - 1;
  }

  std::int32_t copy(std::size_t at) {
    const RealNode& node = visit(at);
    if (node.feature < 0) {
      require(node.value.size() == tree_.values, ErrorCode::invalid_argument, "tree: leaf ", at,
              " has ", node.value.size(), " values, expected ", tree_.values);
      return add(-1, 0, node.value);
    }
    require(static_cast<std::size_t>(node.feature) < features_.size(), ErrorCode::mismatch,
            "tree: node ", at, " reads feature ", node.feature, ", the calibration data has ",
            features_.size());
    const quant::QuantizerSpec& grid = features_[static_cast<std::size_t>(node.feature)].spec();
    const std::int64_t threshold = integer_threshold(node, grid);
    if (threshold > grid.high) return copy(node.left);
    if (threshold <= grid.low) return copy(node.right);
    const std::int32_t here = add(node.feature, threshold, {});
    const std::int32_t left = copy(node.left), right = copy(node.right);
    result_.shape.left[static_cast<std::size_t>(here)] = left;
    result_.shape.right[static_cast<std::size_t>(here)] = right;
    return here;
  }

  const FloatTree& tree_;
  const std::vector<quant::Quantizer>& features_;
  std::vector<bool> reached_;
  std::vector<std::vector<double>> leaves_;  ///< Per node; empty unless it is a leaf.
  learn::RealTree result_;
};

}  // namespace

learn::RealTree on_grid(const FloatTree& tree, const std::vector<quant::Quantizer>& features) {
  return GridCopy(tree, features).result();
}

learn::Model blank_model(const learn::Dataset& calibration, const std::string& estimator) {
  learn::Model model;
  model.estimator = estimator;
  model.task = calibration.task;
  model.classes = calibration.classes;
  model.feature_names = calibration.feature_names;
  model.standardizer = learn::Standardizer::identity(calibration.columns());
  return model;
}

learn::Model tree_model(const std::vector<FloatTree>& trees, std::vector<double> offset,
                        learn::TreeLink link, const learn::Dataset& calibration, ImportBits bits,
                        const std::string& estimator) {
  learn::TreeEnsemble ensemble;
  ensemble.features = learn::feature_quantizers(calibration.features, bits.inputs);
  ensemble.link = link;
  const std::size_t outputs = offset.size();
  ensemble.offset = std::move(offset);
  std::vector<learn::RealTree> copies;
  for (const FloatTree& tree : trees) {
    require(tree.first_output >= 0 &&
                static_cast<std::size_t>(tree.first_output) + tree.values <= outputs,
            ErrorCode::mismatch, "tree: adds to output ", tree.first_output, " of ", outputs);
    copies.push_back(on_grid(tree, ensemble.features));
  }
  learn::set_trees(ensemble, std::move(copies), outputs, bits.values);
  learn::Model model = blank_model(calibration, estimator);
  model.settings.restore("n_bits__op_inputs", std::int64_t{bits.inputs.value});
  model.settings.restore("n_bits__op_leaves", std::int64_t{bits.values.value});
  model.family = std::move(ensemble);
  return model;
}

}  // namespace basalt::io
