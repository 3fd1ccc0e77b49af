#include "compile/tree_parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::compile::tree_parts_test {
namespace {

using Eigen::Index;
using learn::Tree;

constexpr std::int64_t values_of_features = 8;

/// Adds a random subtree; returns its node.
std::int32_t grow(Tree& tree, int depth, int features, RandomStream& random) {
  const std::size_t node = tree.nodes();
  const bool is_leaf = depth == 0 || (node > 0 && random.below(6) == 0);
  tree.feature.push_back(is_leaf ? -1 : static_cast<std::int32_t>(random.below(features)));
  tree.threshold.push_back(1 + static_cast<std::int64_t>(random.below(values_of_features - 1)));
  tree.left.push_back(-1);
  tree.right.push_back(-1);
  if (is_leaf) return static_cast<std::int32_t>(node);
  const std::int32_t left = grow(tree, depth - 1, features, random);
  const std::int32_t right = grow(tree, depth - 1, features, random);
  tree.left[node] = left;
  tree.right[node] = right;
  return static_cast<std::int32_t>(node);
}

Tree random_tree(int depth, int features, RandomStream random) {
  Tree tree;
  grow(tree, depth, features, random);
  tree.value.resize(static_cast<Index>(tree.nodes()), 2);
  for (auto& value : tree.value.reshaped()) value = static_cast<std::int64_t>(random.below(50));
  return tree;
}

/// The sum that the parts of a tree make for one row; fails if an index leaves its table.
Vector<std::int64_t> sum_of(const TreeParts& parts, const std::vector<std::int64_t>& row) {
  const auto bit = [&](const Comparison& comparison) {
    return row[static_cast<std::size_t>(comparison.feature)] >= comparison.threshold ? 1 : 0;
  };
  Vector<std::int64_t> sum(static_cast<Index>(parts.constant.size()));
  for (Index value = 0; value < sum.size(); ++value) {
    sum(value) = parts.constant[static_cast<std::size_t>(value)];
  }
  for (std::size_t step = 0; step < parts.steps.size(); ++step) {
    sum += bit(parts.steps[step]) * parts.step_weights.col(static_cast<Index>(step));
  }
  for (const TreePart& part : parts.parts) {
    std::int64_t index = part.bias;
    for (const WeightedComparison& term : part.index) index += term.weight * bit(term.comparison);
    EXPECT_GE(index, 0);
    EXPECT_LT(index, part.table.cols());
    sum += part.table.col(std::clamp<Index>(index, 0, part.table.cols() - 1));
  }
  return sum;
}

TEST(CutTree, KeepsTheMeaningOfRandomTrees) {
  const RandomStream root(Seed{12});
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    const int features = 1 + static_cast<int>(trial % 5);
    const Tree tree =
        random_tree(1 + static_cast<int>(trial % 6), features, root.child("tree", trial));
    RandomStream rows = root.child("rows", trial);
    for (const std::int64_t entries : {9, 17, 33}) {
      const TreeParts parts = cut_tree(tree, entries).value();
      for (const TreePart& part : parts.parts) ASSERT_LE(part.table.cols(), entries);
      for (int i = 0; i < 50; ++i) {
        std::vector<std::int64_t> row(static_cast<std::size_t>(features));
        for (auto& x : row) x = static_cast<std::int64_t>(rows.below(values_of_features));
        const auto leaf = static_cast<Index>(learn::leaf_of(tree, row.data()));
        ASSERT_EQ(sum_of(parts, row), tree.value.row(leaf).transpose())
            << "trial " << trial << ", " << entries << " entries";
      }
    }
  }
}

/// A full tree of depth 3 whose nodes all read features of their own.
Tree full_tree() {
  Tree tree;
  tree.feature = {0, 1, 2, 3, 4, 5, 6, -1, -1, -1, -1, -1, -1, -1, -1};
  tree.threshold.assign(15, 4);
  tree.left = {1, 3, 5, 7, 9, 11, 13, -1, -1, -1, -1, -1, -1, -1, -1};
  tree.right = {2, 4, 6, 8, 10, 12, 14, -1, -1, -1, -1, -1, -1, -1, -1};
  tree.value.resize(15, 1);
  for (Index node = 0; node < 15; ++node) tree.value(node, 0) = node * node;
  return tree;
}

TEST(CutTree, NeedsFewerPartsWithLargerTables) {
  EXPECT_EQ(cut_tree(full_tree(), 5)->parts.size(), 6U);   // all nodes but the root
  EXPECT_EQ(cut_tree(full_tree(), 17)->parts.size(), 2U);  // a half each
  EXPECT_EQ(cut_tree(full_tree(), 129)->parts.size(), 1U);
}

TEST(CutTree, OfOneFeatureIsAStaircaseWithoutTables) {
  const Tree tree = random_tree(5, 1, RandomStream(Seed{3}));
  const TreeParts parts = cut_tree(tree, 3).value();
  EXPECT_TRUE(parts.parts.empty());
  EXPECT_FALSE(parts.steps.empty());
}

TEST(CutTree, OfOneLeafIsAConstant) {
  const Tree tree = random_tree(0, 1, RandomStream(Seed{3}));
  const TreeParts parts = cut_tree(tree, 3).value();
  EXPECT_TRUE(parts.parts.empty());
  EXPECT_TRUE(parts.steps.empty());
  EXPECT_EQ(parts.constant[0], tree.value(0, 0));
}

TEST(CutTree, LeavesOutComparisonsThatTellNothing) {
  Tree tree = full_tree();
  for (const Index node : {7, 8, 9, 10}) tree.value(node, 0) = 3;  // all below the left child
  EXPECT_EQ(cut_tree(tree, 5)->parts.size(), 3U);
  tree.value.setConstant(3);
  EXPECT_TRUE(cut_tree(tree, 5)->parts.empty());
  EXPECT_TRUE(cut_tree(tree, 5)->steps.empty());
}

TEST(CutTree, FindsNothingForPathsThatNoTableCounts) {
  EXPECT_FALSE(cut_tree(full_tree(), 2).has_value());
  expect_error(ErrorCode::invalid_argument, "entries, expected at least",
               [&] { (void)cut_tree(full_tree(), 1); });
}

}  // namespace
}  // namespace basalt::compile::tree_parts_test
