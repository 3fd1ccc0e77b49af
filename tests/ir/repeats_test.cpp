// Which elements are the same sum.
#include "ir/repeats.hpp"

#include <gtest/gtest.h>

#include "support/graphs.hpp"

namespace basalt::ir::repeats_test {
namespace {

TEST(FirstEquals, FindsRowsOfTheSameWeightsAndBias) {
  Matrix<Integer> weights(5, 2);
  weights << 1, 0, 0, 1, 1, 0, 1, 0, 1, 1;
  const Graph graph{
      {{"x", Input{2, 0, 3}},
       {"sums", Linear{.terms = {{0, SparseMatrix::from_dense(weights)}}, .bias = {0, 0, 0, 1, 0}}},
       {"y", Output{1}}}};

  EXPECT_EQ(first_equals(graph, 1), (std::vector<std::size_t>{0, 1, 0, 3, 4}));
  EXPECT_EQ(first_equals(graph, 0), (std::vector<std::size_t>{0, 1}));
}

TEST(Rotations, AreSharedByTablesOfEqualElementsOnly) {
  const Graph graph = testing::repeated_graph(3, 5, 4, RandomStream(Seed{1}));

  EXPECT_EQ(rotations(graph, 1, 0), 15u);
  EXPECT_EQ(rotations(graph, 1, 1), 9u);
  EXPECT_EQ(rotations(graph, 1, 2), 6u);
  EXPECT_EQ(rotations(graph, 1, 3), 3u);
  EXPECT_EQ(rotations(graph, 0, 3), 4u);
}

}  // namespace
}  // namespace basalt::ir::repeats_test
