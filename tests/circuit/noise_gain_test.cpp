// How variances add up in layers, tables and roundings.
#include "circuit/noise_gain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

namespace basalt::circuit::noise_gain_test {
namespace {

using ir::Linear;
using ir::SparseMatrix;

SparseMatrix row_of(std::initializer_list<std::int64_t> weights) {
  Matrix<std::int64_t> dense(1, static_cast<Eigen::Index>(weights.size()));
  std::ranges::copy(weights, dense.data());
  return SparseMatrix::from_dense(dense);
}

/// Two inputs -> one sum -> one table of two bits -> a sum of the table and both inputs -> output.
ir::Graph skip_graph() {
  Matrix<ir::Integer> table(1, 4);
  table << 0, 1, 2, 3;
  return {.nodes = {{"in", ir::Input{.size = 2, .low = 0, .high = 1}},
                    {"sum", Linear{{{0, row_of({3, -4})}}, {0}}},
                    {"table", ir::Lookup{.input = 1,
                                         .bits = {2},
                                         .wraps = false,
                                         .offset = 0,
                                         .truncated_bits = {0},
                                         .tables = table,
                                         .table_of = {0}}},
                    {"skip", Linear{{{0, row_of({1, 2})}, {2, row_of({5})}}, {0}}},
                    {"out", ir::Output{3}}}};
}

TEST(NoiseGain, IsTheSumOfSquaredWeights) {
  const auto gains = gains_of(skip_graph(), {0, 0, 0, 0, 0});

  EXPECT_EQ(gains[0].size(), 2U);
  EXPECT_EQ(gains[0][1].fresh, 1.0);
  EXPECT_EQ(gains[1][0].fresh, 9.0 + 16.0);
  EXPECT_EQ(gains[1][0].table, 0.0);
}

TEST(NoiseGain, OfATableIsOneWhateverItReads) {
  const auto gains = gains_of(skip_graph(), {0, 0, 0, 0, 0});

  EXPECT_EQ(gains[2][0].fresh, 0.0);
  EXPECT_EQ(gains[2][0].table, 1.0);
}

TEST(NoiseGain, CountsFreshAndTableValuesOfASumApart) {
  const auto gains = gains_of(skip_graph(), {0, 0, 0, 0, 0});

  EXPECT_EQ(gains[3][0].fresh, 1.0 + 4.0);
  EXPECT_EQ(gains[3][0].table, 25.0);
  EXPECT_EQ(gains[4][0].table, gains[3][0].table);
}

TEST(NoiseGain, GrowsFourfoldPerBitOfScaleThatATermIsRaised) {
  const auto gains = gains_of(skip_graph(), {10, 10, 7, 10, 10});

  EXPECT_EQ(gains[3][0].fresh, 5.0);          // at its own scale
  EXPECT_EQ(gains[3][0].table, 25.0 * 64.0);  // three bits below
}

TEST(NoiseGain, OfARoundingAddsOneTablePerRemovedBit) {
  ir::Graph graph = skip_graph();
  graph.nodes.resize(2);
  graph.nodes.push_back({"round", ir::Round{.input = 1, .removed = {3}}});
  graph.nodes.push_back({"out", ir::Output{2}});

  const auto gains = gains_of(graph, {0, 0, 0, 0});

  EXPECT_EQ(gains[2][0].fresh, 25.0);
  EXPECT_EQ(gains[2][0].table, 3.0);
}

}  // namespace
}  // namespace basalt::circuit::noise_gain_test
