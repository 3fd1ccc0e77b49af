#include "io/import/onnx_trees.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::io::onnx_trees_test {
namespace {

/// A grid of two features over [0, 10] with three classes, or a target.
learn::Dataset calibration(std::vector<std::string> classes) {
  learn::Dataset data;
  data.features.resize(11, 2);
  for (Eigen::Index i = 0; i < 11; ++i) data.features.row(i) << static_cast<double>(i), 10.0 - i;
  if (classes.empty()) {
    data.task = learn::Task::regression;
    data.targets = Matrix<double>::Zero(11, 1);
  } else {
    for (std::int32_t i = 0; i < 11; ++i) {
      data.labels.push_back(i % static_cast<std::int32_t>(classes.size()));
    }
    data.classes = std::move(classes);
  }
  return data;
}

void set(OnnxNode& node, const std::string& name, std::vector<double> numbers) {
  node.attributes[name].numbers = std::move(numbers);
}

/// x0 <= 4 ? leaf 1 : (x1 < 3 ? leaf 3 : leaf 4)
OnnxNode tree_nodes(const std::string& operation) {
  OnnxNode node{.operation = operation, .name = "", .inputs = {}, .outputs = {}, .attributes = {}};
  set(node, "nodes_treeids", {0, 0, 0, 0, 0});
  set(node, "nodes_nodeids", {0, 1, 2, 3, 4});
  set(node, "nodes_featureids", {0, 0, 1, 0, 0});
  set(node, "nodes_values", {4, 0, 3, 0, 0});
  set(node, "nodes_truenodeids", {1, 0, 3, 0, 0});
  set(node, "nodes_falsenodeids", {2, 0, 4, 0, 0});
  node.attributes["nodes_modes"].texts = {"BRANCH_LEQ", "LEAF", "BRANCH_LT", "LEAF", "LEAF"};
  return node;
}

/// Each of the three leaves is one class, as scikit-learn's trees are exported.
OnnxNode pure_leaves() {
  OnnxNode node = tree_nodes("TreeEnsembleClassifier");
  set(node, "class_treeids", {0, 0, 0, 0, 0, 0, 0, 0, 0});
  set(node, "class_nodeids", {1, 1, 1, 3, 3, 3, 4, 4, 4});
  set(node, "class_ids", {0, 1, 2, 0, 1, 2, 0, 1, 2});
  set(node, "class_weights", {1, 0, 0, 0, 1, 0, 0, 0, 1});
  return node;
}

/// Scores of rows, as the model sums them.
Matrix<double> scores(const learn::Model& model, const Matrix<double>& rows) {
  const auto& ensemble = std::get<learn::TreeEnsemble>(model.family);
  Matrix<double> real = ensemble.scale * learn::leaf_sums(ensemble, rows).cast<double>();
  for (Eigen::Index k = 0; k < real.cols(); ++k) {
    real.col(k).array() += ensemble.offset[static_cast<std::size_t>(k)];
  }
  return real;
}

Matrix<double> three_rows() {
  Matrix<double> rows(3, 2);
  rows << 4, 6, 8, 2, 6, 4;  // leaves 1, 3, 4
  return rows;
}

TEST(OnnxTrees, ClassSharesFollowTheOrderOfTheData) {
  OnnxNode node = pure_leaves();
  node.attributes["classlabels_strings"].texts = {"red", "green", "blue"};
  const learn::Dataset data = calibration({"blue", "green", "red"});

  const learn::Model model = onnx_tree_model(node, data, {});

  EXPECT_EQ(std::get<learn::TreeEnsemble>(model.family).link, learn::TreeLink::probability);
  Matrix<double> expected(3, 2);  // shares of blue and green
  expected << 0, 0, 0, 1, 1, 0;
  EXPECT_TRUE(scores(model, three_rows()).isApprox(expected, 1e-9));
}

TEST(OnnxTrees, ScoresOfTwoClassesAreOne) {
  OnnxNode node = tree_nodes("TreeEnsembleClassifier");
  set(node, "class_treeids", {0, 0, 0});
  set(node, "class_nodeids", {1, 3, 4});
  set(node, "class_ids", {0, 0, 0});
  set(node, "class_weights", {-2, 1, 3});
  set(node, "classlabels_int64s", {0, 1});
  set(node, "base_values", {0.5});
  node.attributes["post_transform"].texts = {"LOGISTIC"};

  const learn::Model model = onnx_tree_model(node, calibration({"0", "1"}), {.values = {12}});

  EXPECT_EQ(std::get<learn::TreeEnsemble>(model.family).link, learn::TreeLink::sign);
  const Matrix<double> found = scores(model, three_rows());
  EXPECT_NEAR(found(0, 0), -1.5, 2e-3);
  EXPECT_NEAR(found(1, 0), 1.5, 2e-3);
  EXPECT_NEAR(found(2, 0), 3.5, 2e-3);
}

TEST(OnnxTrees, RegressionsAddTheirBase) {
  OnnxNode node = tree_nodes("TreeEnsembleRegressor");
  set(node, "target_treeids", {0, 0, 0});
  set(node, "target_nodeids", {1, 3, 4});
  set(node, "target_ids", {0, 0, 0});
  set(node, "target_weights", {10, 20, 30});
  set(node, "base_values", {1});

  const learn::Model model = onnx_tree_model(node, calibration({}), {.values = {12}});

  const Matrix<double> found = scores(model, three_rows());
  for (Eigen::Index i = 0; i < 3; ++i) EXPECT_NEAR(found(i, 0), 11.0 + 10.0 * i, 0.01);
}

TEST(OnnxTrees, LinearClassifiersOfTwoClassesKeepTheSecondRow) {
  OnnxNode node{
      .operation = "LinearClassifier", .name = "", .inputs = {}, .outputs = {}, .attributes = {}};
  set(node, "coefficients", {-1, 2, 1, -2});
  set(node, "intercepts", {-3, 3});
  set(node, "classlabels_ints", {0, 1});
  node.attributes["post_transform"].texts = {"LOGISTIC"};
  const learn::Dataset data = calibration({"0", "1"});

  const learn::Model model = onnx_linear_model(node, data, {.values = {12}});

  const auto& linear = std::get<learn::LinearModel>(model.family);
  EXPECT_EQ(linear.link, learn::LinearLink::sign);
  const Matrix<double> found = learn::decision_function(linear, data.features);
  for (Eigen::Index i = 0; i < 11; ++i) {
    EXPECT_NEAR(found(i, 0), i - 2.0 * (10.0 - i) + 3.0, 0.05);
  }
}

TEST(OnnxTrees, WhatDoesNotFitIsRefused) {
  const learn::Dataset three = calibration({"0", "1", "2"});
  OnnxNode unknown = pure_leaves(), few = unknown, equality = unknown, no_leaf = unknown,
           loose = unknown;
  set(unknown, "classlabels_int64s", {0, 1, 9});
  set(few, "classlabels_int64s", {0, 1});
  for (OnnxNode* node : {&equality, &no_leaf, &loose}) {
    set(*node, "classlabels_int64s", {0, 1, 2});
  }
  equality.attributes["nodes_modes"].texts[0] = "BRANCH_EQ";
  set(no_leaf, "class_nodeids", {0, 1, 1, 3, 3, 3, 4, 4, 4});
  set(loose, "nodes_truenodeids", {7, 0, 3, 0, 0});

  const auto expect_refusal = [&](const OnnxNode& node, ErrorCode code, const char* words) {
    SCOPED_TRACE(words);
    expect_error(code, words, [&] { onnx_tree_model(node, three, {}); });
  };
  expect_refusal(unknown, ErrorCode::mismatch, "class \"9\" is not in the calibration data");
  expect_refusal(few, ErrorCode::mismatch, "has 2 classes, the calibration data 3");
  expect_refusal(equality, ErrorCode::unsupported, "mode BRANCH_EQ are not supported");
  expect_refusal(no_leaf, ErrorCode::invalid_argument, "tree 0 has no leaf 0");
  expect_refusal(loose, ErrorCode::invalid_argument, "tree 0 has no node 7");
  expect_error(ErrorCode::mismatch, "calibration data is a regression",
               [&] { onnx_tree_model(pure_leaves(), calibration({}), {}); });
}

}  // namespace
}  // namespace basalt::io::onnx_trees_test
