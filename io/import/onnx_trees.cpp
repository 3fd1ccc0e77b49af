#include "io/import/onnx_trees.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"

namespace basalt::io {
namespace {

using Eigen::Index;

/// A node of some tree, as ONNX names it.
using NodeKey = std::pair<std::int64_t, std::int64_t>;

void require_classification(const learn::Dataset& data, const OnnxNode& node) {
  require(data.task == learn::Task::classification, ErrorCode::mismatch, node.operation,
          ": the model is a classification, the calibration data is a regression");
}

void require_regression(const learn::Dataset& data, const OnnxNode& node) {
  require(data.task == learn::Task::regression, ErrorCode::mismatch, node.operation,
          ": the model is a regression, the calibration data is a classification");
}

/// The arrays that describe the nodes of all trees.
struct NodeArrays {
  std::vector<std::int64_t> trees, ids, features, true_ids, false_ids;
  std::vector<double> values;
  std::vector<std::string> modes;

  explicit NodeArrays(const OnnxNode& node)
      : trees(node.integers("nodes_treeids")),
        ids(node.integers("nodes_nodeids")),
        features(node.integers("nodes_featureids")),
        true_ids(node.integers("nodes_truenodeids")),
        false_ids(node.integers("nodes_falsenodeids")),
        values(node.numbers("nodes_values")),
        modes(node.texts("nodes_modes")) {
    const std::size_t count = trees.size();
    require(count > 0 && ids.size() == count && features.size() == count &&
                true_ids.size() == count && false_ids.size() == count && values.size() == count &&
                modes.size() == count,
            ErrorCode::invalid_argument, node.operation, ": the arrays of nodes differ in length");
  }
};

/// Leaf weights: which value of which leaf.
struct LeafArrays {
  std::vector<std::int64_t> trees, nodes, outputs;
  std::vector<double> weights;

  LeafArrays(const OnnxNode& node, const std::string& prefix)
      : trees(node.integers(prefix + "_treeids")),
        nodes(node.integers(prefix + "_nodeids")),
        outputs(node.integers(prefix + "_ids")),
        weights(node.numbers(prefix + "_weights")) {
    require(!trees.empty() && nodes.size() == trees.size() && outputs.size() == trees.size() &&
                weights.size() == trees.size(),
            ErrorCode::invalid_argument, node.operation, ": the arrays of leaves differ in length");
  }
};

/// Comparison with its sides: left holds where the feature is below the threshold.
RealNode comparison(const NodeArrays& arrays, std::size_t at, std::size_t on_true,
                    std::size_t on_false) {
  const std::string& mode = arrays.modes[at];
  const bool below = mode == "BRANCH_LEQ" || mode == "BRANCH_LT";
  require(below || mode == "BRANCH_GTE" || mode == "BRANCH_GT", ErrorCode::unsupported,
          "tree nodes of mode ", mode, " are not supported");
  return {.feature = static_cast<std::int32_t>(arrays.features[at]),
          .threshold = arrays.values[at],
          .equal_goes_left = mode == "BRANCH_LEQ" || mode == "BRANCH_GT",
          .left = below ? on_true : on_false,
          .right = below ? on_false : on_true,
          .value = {}};
}

std::size_t position_of(const std::map<NodeKey, std::size_t>& positions, NodeKey key) {
  const auto found = positions.find(key);
  require(found != positions.end(), ErrorCode::invalid_argument, "tree ", key.first,
          " has no node ", key.second);
  return found->second;
}

/// The trees with leaves of `outputs` zeros. `positions`: where each node went, in its tree.
std::vector<FloatTree> shapes_from(const NodeArrays& arrays, std::size_t outputs,
                                   std::map<NodeKey, std::size_t>& positions,
                                   std::map<std::int64_t, std::size_t>& tree_of) {
  std::vector<FloatTree> trees;
  for (std::size_t i = 0; i < arrays.trees.size(); ++i) {
    const auto [tree, is_new] = tree_of.try_emplace(arrays.trees[i], trees.size());
    if (is_new) trees.push_back({.nodes = {}, .first_output = 0, .values = outputs});
    std::vector<RealNode>& nodes = trees[tree->second].nodes;
    positions[{arrays.trees[i], arrays.ids[i]}] = nodes.size();
    nodes.emplace_back();
  }
  for (std::size_t i = 0; i < arrays.trees.size(); ++i) {
    const std::int64_t id = arrays.trees[i];
    RealNode& node = trees[tree_of.at(id)].nodes[position_of(positions, {id, arrays.ids[i]})];
    if (arrays.modes[i] == "LEAF") {
      node.value.assign(outputs, 0.0);
    } else {
      node = comparison(arrays, i, position_of(positions, {id, arrays.true_ids[i]}),
                        position_of(positions, {id, arrays.false_ids[i]}));
    }
  }
  return trees;
}

std::vector<FloatTree> trees_from(const OnnxNode& node, const LeafArrays& leaves,
                                  std::size_t outputs) {
  std::map<NodeKey, std::size_t> positions;
  std::map<std::int64_t, std::size_t> tree_of;
  std::vector<FloatTree> trees = shapes_from(NodeArrays(node), outputs, positions, tree_of);
  for (std::size_t i = 0; i < leaves.trees.size(); ++i) {
    const std::size_t at = position_of(positions, {leaves.trees[i], leaves.nodes[i]});
    RealNode& leaf = trees[tree_of.at(leaves.trees[i])].nodes[at];
    const auto output = static_cast<std::size_t>(leaves.outputs[i]);
    require(leaf.feature < 0 && output < leaf.value.size(), ErrorCode::invalid_argument,
            node.operation, ": tree ", leaves.trees[i], " has no leaf ", leaves.nodes[i],
            " with output ", leaves.outputs[i]);
    leaf.value[output] += leaves.weights[i];
  }
  return trees;
}

/// True if the leaves of each tree sum to one number, and these numbers to 1: class shares.
bool are_shares(const std::vector<FloatTree>& trees) {
  double total = 0.0;
  for (const FloatTree& tree : trees) {
    std::optional<double> sum;
    for (const RealNode& node : tree.nodes) {
      if (node.feature >= 0) continue;
      double leaf = 0.0;
      for (const double value : node.value) leaf += value;
      if (sum && std::abs(leaf - *sum) > 1e-4) return false;
      sum = leaf;
    }
    total += sum.value_or(0.0);
  }
  return std::abs(total - 1.0) < 1e-3;
}

/// Replaces the values of every leaf.
template <class Change>
void change_leaves(std::vector<FloatTree>& trees, std::size_t values, Change change) {
  for (FloatTree& tree : trees) {
    tree.values = values;
    for (RealNode& node : tree.nodes) {
      if (node.feature < 0) node.value = change(node.value);
    }
  }
}

std::vector<double> base_values(const OnnxNode& node, std::size_t outputs) {
  std::vector<double> base = node.numbers("base_values");
  if (base.empty()) base.assign(outputs, 0.0);
  require(base.size() == outputs, ErrorCode::invalid_argument, node.operation, ": ", base.size(),
          " base values, expected ", outputs);
  return base;
}

learn::Model tree_classifier(const OnnxNode& node, const learn::Dataset& calibration,
                             ImportBits bits) {
  require_classification(calibration, node);
  const std::vector<std::size_t> positions = class_positions(node, calibration.classes);
  const std::size_t classes = positions.size();
  const LeafArrays leaves(node, "class");
  const std::set<std::int64_t> used(leaves.outputs.begin(), leaves.outputs.end());
  std::vector<FloatTree> trees = trees_from(node, leaves, classes);
  const char* name = "TreeEnsembleClassifier";
  if (classes == 2 && used.size() == 1) {  // one score: positive is the node's second class
    const auto output = static_cast<std::size_t>(*used.begin());
    const double sign = positions[1] == 1 ? 1.0 : -1.0;
    const std::vector<double>& base = node.numbers("base_values");
    change_leaves(trees, 1, [&](const std::vector<double>& value) {
      return std::vector<double>{sign * value[output]};
    });
    // Without a link the score is a probability, decided at one half.
    const bool is_share = node.text("post_transform", "NONE") == "NONE";
    const double offset = (base.empty() ? 0.0 : base.back()) - (is_share ? 0.5 : 0.0);
    return tree_model(trees, {sign * offset}, learn::TreeLink::sign, calibration, bits, name);
  }
  std::vector<double> base(classes, 0.0);
  const std::vector<double> own = base_values(node, classes);
  for (std::size_t i = 0; i < classes; ++i) base[positions[i]] = own[i];
  const bool shares = node.numbers("base_values").empty() && are_shares(trees);
  const std::size_t outputs = shares ? classes - 1 : classes;
  change_leaves(trees, outputs, [&](const std::vector<double>& value) {
    std::vector<double> placed(classes, 0.0);
    for (std::size_t i = 0; i < classes; ++i) placed[positions[i]] = value[i];
    placed.resize(outputs);
    return placed;
  });
  base.resize(outputs);
  return tree_model(trees, base, shares ? learn::TreeLink::probability : learn::TreeLink::argmax,
                    calibration, bits, name);
}

learn::Model tree_regressor(const OnnxNode& node, const learn::Dataset& calibration,
                            ImportBits bits) {
  require_regression(calibration, node);
  const auto outputs = static_cast<std::size_t>(node.number("n_targets", 1));
  require(outputs >= 1 && outputs <= 1024, ErrorCode::invalid_argument, node.operation, ": ",
          outputs, " targets");
  std::vector<FloatTree> trees = trees_from(node, LeafArrays(node, "target"), outputs);
  const std::string aggregate = node.text("aggregate_function", "SUM");
  require(aggregate == "SUM" || aggregate == "AVERAGE", ErrorCode::unsupported, node.operation,
          ": aggregate function ", aggregate, " is not supported");
  const double share = aggregate == "SUM" ? 1.0 : 1.0 / static_cast<double>(trees.size());
  change_leaves(trees, outputs, [&](std::vector<double> value) {
    for (double& number : value) number *= share;
    return value;
  });
  return tree_model(trees, base_values(node, outputs), learn::TreeLink::identity, calibration, bits,
                    "TreeEnsembleRegressor");
}

/// Rows of coefficients as ONNX lists them.
Matrix<double> coefficient_rows(const OnnxNode& node, std::size_t features) {
  std::vector<double> values = node.numbers("coefficients");
  require(!values.empty() && features > 0 && values.size() % features == 0, ErrorCode::mismatch,
          node.operation, ": ", values.size(), " coefficients do not fit ", features, " features");
  return Eigen::Map<Matrix<double>>(values.data(), static_cast<Index>(values.size() / features),
                                    static_cast<Index>(features));
}

Vector<double> intercepts_of(const OnnxNode& node, Index scores) {
  const std::vector<double>& values = node.numbers("intercepts");
  if (values.empty()) return Vector<double>::Zero(scores);
  require(static_cast<Index>(values.size()) == scores, ErrorCode::invalid_argument, node.operation,
          ": ", values.size(), " intercepts, expected ", scores);
  return Eigen::Map<const Vector<double>>(values.data(), scores);
}

}  // namespace

std::vector<std::size_t> class_positions(const OnnxNode& node,
                                         const std::vector<std::string>& classes) {
  std::vector<std::string> labels = node.texts("classlabels_strings");
  for (const char* name : {"classlabels_int64s", "classlabels_ints"}) {
    for (const std::int64_t label : node.integers(name)) labels.push_back(std::to_string(label));
  }
  require(labels.size() == classes.size(), ErrorCode::mismatch, node.operation, ": has ",
          labels.size(), " classes, the calibration data ", classes.size());
  std::vector<std::size_t> positions;
  for (const std::string& label : labels) {
    const auto found = std::ranges::find(classes, label);
    require(found != classes.end(), ErrorCode::mismatch, node.operation, ": class \"", label,
            "\" is not in the calibration data, whose first class is \"", classes.front(), "\"");
    positions.push_back(static_cast<std::size_t>(found - classes.begin()));
  }
  return positions;
}

learn::Model onnx_tree_model(const OnnxNode& node, const learn::Dataset& calibration,
                             ImportBits bits) {
  return node.operation == "TreeEnsembleClassifier" ? tree_classifier(node, calibration, bits)
                                                    : tree_regressor(node, calibration, bits);
}

learn::Model affine_model(const Matrix<double>& coefficients, const Vector<double>& intercepts,
                          const learn::Dataset& calibration, ImportBits bits) {
  require(static_cast<std::size_t>(coefficients.cols()) == calibration.columns(),
          ErrorCode::mismatch, "the model reads ", coefficients.cols(),
          " features, the calibration data has ", calibration.columns());
  const bool classifies = calibration.task == learn::Task::classification;
  const auto scores = static_cast<std::size_t>(coefficients.rows());
  const std::size_t classes = calibration.classes.size();
  require(!classifies || scores == classes || (scores == 1 && classes == 2), ErrorCode::mismatch,
          "the model has ", scores, " scores, the calibration data ", classes, " classes");
  learn::LinearLink link = learn::LinearLink::identity;
  if (classifies) link = scores == 1 ? learn::LinearLink::sign : learn::LinearLink::argmax;
  learn::Model model =
      blank_model(calibration, classifies ? "LinearClassifier" : "LinearRegressor");
  model.settings.restore("n_bits__op_inputs", std::int64_t{bits.inputs.value});
  model.settings.restore("n_bits__op_weights", std::int64_t{bits.values.value});
  model.family = learn::quantize({coefficients, intercepts}, calibration.features,
                                 {.inputs = bits.inputs, .weights = bits.values}, link);
  return model;
}

learn::Model onnx_linear_model(const OnnxNode& node, const learn::Dataset& calibration,
                               ImportBits bits) {
  const Matrix<double> rows = coefficient_rows(node, calibration.columns());
  const Vector<double> intercepts = intercepts_of(node, rows.rows());
  if (node.operation == "LinearRegressor") {
    require_regression(calibration, node);
    return affine_model(rows, intercepts, calibration, bits);
  }
  require_classification(calibration, node);
  const std::vector<std::size_t> positions = class_positions(node, calibration.classes);
  const auto classes = static_cast<Index>(positions.size());
  if (classes == 2) {  // one row, or a row per class: the score of the second against the first
    const bool is_pair = rows.rows() == 2;
    const bool is_softmax = node.text("post_transform", "NONE") == "SOFTMAX";
    Matrix<double> one = rows.bottomRows(1);
    Vector<double> intercept = intercepts.tail(1);
    if (is_pair && is_softmax) {
      one -= rows.topRows(1);
      intercept -= intercepts.head(1);
    }
    const double sign = positions[1] == 1 ? 1.0 : -1.0;
    return affine_model(sign * one, sign * intercept, calibration, bits);
  }
  require(rows.rows() == classes, ErrorCode::mismatch, node.operation, ": ", rows.rows(),
          " rows of coefficients for ", classes, " classes");
  Matrix<double> placed(classes, rows.cols());
  Vector<double> placed_intercepts(classes);
  for (Index i = 0; i < classes; ++i) {
    const auto at = static_cast<Index>(positions[static_cast<std::size_t>(i)]);
    placed.row(at) = rows.row(i);
    placed_intercepts[at] = intercepts[i];
  }
  return affine_model(placed, placed_intercepts, calibration, bits);
}

}  // namespace basalt::io
