#include "learn/trees/tree_growth.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "learn/estimator/class_weight.hpp"
#include "tree_vectors.hpp"

namespace basalt::learn::tree_growth_test {
namespace {

struct Points {
  Matrix<std::int64_t> features;
  Matrix<double> targets;
  std::vector<std::size_t> rows;
  GrowthData data() const { return {features, targets}; }
};

/// Two classes that a depth of 2 separates exactly: the parity of two halves of a grid of 8 by 8.
Points parity() {
  Points points{Matrix<std::int64_t>(64, 2), Matrix<double>::Zero(64, 2), {}};
  points.rows.resize(64);
  std::iota(points.rows.begin(), points.rows.end(), std::size_t{0});
  for (Eigen::Index i = 0; i < 64; ++i) {
    points.features.row(i) << i % 8, i / 8;
    // The halves differ in size, so that the first split gains something.
    points.targets(i, (i % 8 < 3) != (i / 8 < 5) ? 1 : 0) = 1.0;
  }
  return points;
}

std::size_t depth_of(const Tree& tree, std::size_t node = 0) {
  if (tree.is_leaf(node)) return 0;
  return 1 + std::max(depth_of(tree, static_cast<std::size_t>(tree.left[node])),
                      depth_of(tree, static_cast<std::size_t>(tree.right[node])));
}

TEST(GrowTree, SeparatesWhatTwoThresholdsCanSeparate) {
  const Points points = parity();
  for (const Criterion criterion : {Criterion::gini, Criterion::entropy}) {
    const RealTree tree =
        grow_tree(points.data(), points.rows, {.criterion = criterion}, RandomStream(Seed{1}));
    for (Eigen::Index row = 0; row < 64; ++row) {
      const auto leaf = leaf_of(tree.shape, points.features.row(row).data());
      EXPECT_EQ(tree.value.row(static_cast<Eigen::Index>(leaf)), points.targets.row(row));
    }
  }
}

TEST(GrowTree, PutsTheThresholdInTheMiddleOfAGap) {
  Points points{Matrix<std::int64_t>(4, 1), Matrix<double>(4, 1), {0, 1, 2, 3}};
  points.features << 1, 3, 8, 9;
  points.targets << 5, 5, 7, 7;
  const RealTree tree = grow_tree(points.data(), points.rows,
                                  {.criterion = Criterion::squared_error}, RandomStream(Seed{1}));
  EXPECT_EQ(tree.shape.nodes(), 3U);
  EXPECT_EQ(tree.shape.threshold[0], 6);  // 3 and below go left, 8 and above go right
  EXPECT_EQ(tree.value(1, 0), 5);
  EXPECT_EQ(tree.value(2, 0), 7);
}

TEST(GrowTree, ObeysItsLimits) {
  const Points points = parity();
  const RealTree flat =
      grow_tree(points.data(), points.rows, {.max_depth = 1}, RandomStream(Seed{1}));
  const RealTree wide =
      grow_tree(points.data(), points.rows, {.min_samples_leaf = 20}, RandomStream(Seed{1}));
  const RealTree lazy =
      grow_tree(points.data(), points.rows, {.min_impurity_decrease = 0.6}, RandomStream(Seed{1}));
  EXPECT_EQ(depth_of(flat.shape), 1U);
  EXPECT_EQ(lazy.shape.nodes(), 1U);
  for (std::size_t node = 0; node < wide.shape.nodes(); ++node) {
    std::size_t rows = 0;
    for (Eigen::Index row = 0; row < 64; ++row) {
      rows += leaf_of(wide.shape, points.features.row(row).data()) == node;
    }
    EXPECT_TRUE(!wide.shape.is_leaf(node) || rows >= 20);
  }
}

TEST(GrowForest, DependsOnTheSeedAndItsTreesDiffer) {
  const Points points = parity();
  const GrowthSpec spec{.max_features = 1};
  const auto once =
      grow_forest(points.data(), {.trees = 5, .bootstrap = true}, spec, RandomStream(Seed{1}));
  const auto again =
      grow_forest(points.data(), {.trees = 5, .bootstrap = true}, spec, RandomStream(Seed{1}));
  for (std::size_t tree = 0; tree < 5; ++tree) {
    EXPECT_EQ(once[tree].shape.threshold, again[tree].shape.threshold);
  }
  EXPECT_TRUE(once[0].shape.threshold != once[1].shape.threshold ||
              once[0].shape.feature != once[1].shape.feature);
}

GrowthSpec growth_of(const nlohmann::json& settings, Task task) {
  GrowthSpec spec{.max_depth = settings.at("max_depth"),
                  .min_samples_leaf = settings.value("min_samples_leaf", std::int64_t{1})};
  const bool by_entropy = settings.value("criterion", std::string()) == "entropy";
  const auto of_classes = by_entropy ? Criterion::entropy : Criterion::gini;
  spec.criterion = task == Task::regression ? Criterion::squared_error : of_classes;
  return spec;
}

TEST(GrowTree, PredictsWhatScikitLearnPredicts) {
  const auto cases = tests::tree_cases("single");
  ASSERT_GE(cases.size(), 5U);
  for (const tests::TreeCase& one : cases) {
    const auto rows = static_cast<std::size_t>(one.features.rows());
    Matrix<double> targets = one.data.targets;
    std::vector<double> weights;
    if (one.data.task == Task::classification) {
      targets.setZero(one.features.rows(), 2);
      for (std::size_t row = 0; row < rows; ++row) {
        targets(static_cast<Eigen::Index>(row), one.data.labels[row]) = 1.0;
      }
      const Vector<double> given =
          row_weights(one.settings.value("class_weight", std::string("none")), one.data);
      weights.assign(given.begin(), given.end());
    }
    std::vector<std::size_t> all(rows);
    for (std::size_t row = 0; row < rows; ++row) all[row] = row;
    const RealTree tree = grow_tree({one.features, targets, weights}, all,
                                    growth_of(one.settings, one.data.task), RandomStream(Seed{1}));
    for (std::size_t row = 0; row < one.predictions.size(); ++row) {
      const auto* features = one.features.row(static_cast<Eigen::Index>(row)).data();
      const auto leaf = static_cast<Eigen::Index>(leaf_of(tree.shape, features));
      for (std::size_t k = 0; k < one.predictions[row].size(); ++k) {
        const double expected = one.predictions[row][k];
        EXPECT_NEAR(tree.value(leaf, static_cast<Eigen::Index>(k)), expected,
                    1e-6 * std::max(1.0, std::abs(expected)))
            << one.name << " row " << row;
      }
    }
  }
}

}  // namespace
}  // namespace basalt::learn::tree_growth_test
