#include "learn/model/neighbors.hpp"

#include <gtest/gtest.h>

namespace basalt::learn::neighbors_test {
namespace {

TEST(Neighbors, VoteByDistanceAndThenByOrder) {
  NearestNeighbors neighbors;
  neighbors.features.assign(1, quant::Quantizer({.scale = 1.0, .low = 0, .high = 15}));
  neighbors.points.resize(4, 1);
  neighbors.points << 0, 4, 8, 15;
  neighbors.labels = {0, 1, 0, 1};
  neighbors.n_neighbors = 2;
  Matrix<double> rows(3, 1);
  rows << 1, 6, 14;

  const Matrix<std::int64_t> result = votes(neighbors, rows, 2);

  Matrix<std::int64_t> expected(3, 2);
  expected << 1, 1, 1, 1, 1, 1;
  EXPECT_EQ(result, expected);
  neighbors.n_neighbors = 1;
  expected << 1, 0, 0, 1, 0, 1;  // 6 is as far from 4 as from 8; 4 stands first
  EXPECT_EQ(votes(neighbors, rows, 2), expected);
}

}  // namespace
}  // namespace basalt::learn::neighbors_test
