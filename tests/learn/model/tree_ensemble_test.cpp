#include "learn/model/tree_ensemble.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/feature_quantizer.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::tree_ensemble_test {
namespace {

/// x0 >= 2 ? (x1 >= 1 ? c : b) : a
RealTree made_tree(double a, double b, double c) {
  RealTree tree;
  tree.shape.feature = {0, -1, 1, -1, -1};
  tree.shape.threshold = {2, 0, 1, 0, 0};
  tree.shape.left = {1, -1, 3, -1, -1};
  tree.shape.right = {2, -1, 4, -1, -1};
  tree.value = Matrix<double>::Zero(5, 1);
  tree.value(1, 0) = a;
  tree.value(3, 0) = b;
  tree.value(4, 0) = c;
  return tree;
}

TreeEnsemble made_ensemble(Bits bits) {
  TreeEnsemble ensemble;
  Matrix<double> features(2, 2);
  features << 0, 0, 3, 3;
  ensemble.features = feature_quantizers(features, Bits{2});
  set_trees(ensemble, {made_tree(-1.0, 0.5, 2.0), made_tree(10.0, 10.25, 9.75)}, 1, bits);
  return ensemble;
}

TEST(TreeEnsemble, LeadsRowsToTheirLeaves) {
  const RealTree tree = made_tree(1, 2, 3);
  const std::int64_t left[] = {1, 3}, middle[] = {2, 0}, right[] = {3, 1};
  EXPECT_EQ(leaf_of(tree.shape, left), 1U);
  EXPECT_EQ(leaf_of(tree.shape, middle), 3U);
  EXPECT_EQ(leaf_of(tree.shape, right), 4U);
}

TEST(TreeEnsemble, FillsTheBitsOfItsLeavesAndKeepsSums) {
  for (const int bits : {2, 4, 8}) {
    const TreeEnsemble ensemble = made_ensemble(Bits{bits});
    EXPECT_EQ(ensemble.trees[0].value.maxCoeff(), (1 << bits) - 1);
    EXPECT_EQ(ensemble.trees[0].value.minCoeff(), 0);

    Matrix<double> rows(3, 2);
    rows << 0, 0, 3, 0, 2, 2;
    const Matrix<std::int64_t> sums = leaf_sums(ensemble, rows);
    const double real[] = {9.0, 10.75, 11.75};
    for (Eigen::Index row = 0; row < 3; ++row) {
      const double score = ensemble.scale * static_cast<double>(sums(row, 0)) + ensemble.offset[0];
      // Two leaves, each rounded by half a step at most.
      EXPECT_NEAR(score, real[row], ensemble.scale * 1.0000001) << bits;
    }
  }
}

TEST(TreeEnsemble, GivesEveryPredictedValueAStepOfItsOwn) {
  RealTree tree = made_tree(0.0, 1.0, 2.0);
  tree.value.conservativeResize(5, 2);
  tree.value.col(1) << 0.0, -300.0, 0.0, 0.0, 300.0;
  TreeEnsemble values, shares;
  shares.link = TreeLink::probability;

  set_trees(values, {tree}, 2, Bits{4});
  set_trees(shares, {tree}, 2, Bits{4});

  EXPECT_DOUBLE_EQ(values.scale_of(0), 2.0 / 15.0);
  EXPECT_DOUBLE_EQ(values.scale_of(1), 600.0 / 15.0);
  EXPECT_EQ(values.trees[0].value(4, 0), 15);
  EXPECT_EQ(values.trees[0].value(4, 1), 15);
  EXPECT_TRUE(shares.scales.empty());
  EXPECT_DOUBLE_EQ(shares.scale_of(0), 600.0 / 15.0);
}

TEST(TreeEnsemble, RefusesLeavesThatDiverged) {
  TreeEnsemble ensemble;
  expect_error(ErrorCode::invalid_argument, "leaf is not finite",
               [&] { set_trees(ensemble, {made_tree(0, 1, std::nan(""))}, 1, Bits{4}); });
}

}  // namespace
}  // namespace basalt::learn::tree_ensemble_test
