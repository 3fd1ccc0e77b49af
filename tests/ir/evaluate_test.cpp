// The reference meaning: worked examples, and rows against batches.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/graphs.hpp"

namespace basalt::ir::evaluate_test {
namespace {

/// One wrap neuron of 4 bits on one input, with the given phase.
Graph neuron(Integer phase) {
  Lookup lookup{.input = 1,
                .bits = {4},
                .wraps = true,
                .offset = 0,
                .truncated_bits = {0},
                .tables = Matrix<Integer>(1, 16),
                .table_of = {0}};
  const std::vector<Integer> entries = testing::triangle(4, phase);
  std::copy(entries.begin(), entries.end(), lookup.tables.data());
  return {{{"x", Input{1, -20, 20}},
           {"u", Linear{{{0, SparseMatrix::identity(1)}}, {0}}},
           {"h", lookup},
           {"y", Output{2}}}};
}

Integer value(const Graph& graph, Integer input) {
  return evaluate(graph, std::vector<Integer>{input}).front();
}

TEST(Evaluate, ReadsTheTriangleModuloItsPeriod) {
  const std::vector<Integer> expected{7, 5, 3, 1, -1, -3, -5, -7, -7, -5, -3, -1, 1, 3, 5, 7};
  for (Integer m = 0; m < 16; ++m) {
    EXPECT_EQ(value(neuron(0), m), expected[static_cast<std::size_t>(m)]);
  }
  EXPECT_EQ(value(neuron(0), -3), 3);
  EXPECT_EQ(value(neuron(0), 18), 3);
  EXPECT_EQ(value(neuron(5), -3), 3);
}

TEST(Evaluate, GivesTheWorkedReadOut) {
  // Two hidden values 7 and -5, weights 3 and -2, skip weight 1 in full steps of 2, input 3.
  Matrix<Integer> readout(1, 2), skip(1, 1), select(2, 1);
  readout << 3, -2;
  skip << 2;
  select << 0, 2;
  Lookup lookup{.input = 1,
                .bits = {4},
                .wraps = true,
                .offset = 0,
                .truncated_bits = {0},
                .tables = Matrix<Integer>(1, 16),
                .table_of = {0, 0}};
  const std::vector<Integer> entries = testing::triangle(4);
  std::copy(entries.begin(), entries.end(), lookup.tables.data());
  const Graph graph{
      {{"q", Input{1, 0, 3}},
       {"u", Linear{{{0, SparseMatrix::from_dense(select)}}, {0, 0}}},
       {"h", lookup},
       {"l",
        Linear{{{2, SparseMatrix::from_dense(readout)}, {0, SparseMatrix::from_dense(skip)}}, {0}}},
       {"y", Output{3}}}};
  const auto all = evaluate_all(graph, std::vector<Integer>{3});

  EXPECT_EQ(all[2], (std::vector<Integer>{7, -5}));
  EXPECT_EQ(all[4], (std::vector<Integer>{37}));
  EXPECT_EQ(ranges_of(graph)[3][0].low, 3 * 7 - 2 * 7);  // the first neuron's input is constant
  EXPECT_EQ(steps_of(graph)[3][0], 2);
}

TEST(Evaluate, OfABatchEqualsItsRows) {
  RandomStream random{Seed{3}};
  for (const Graph& graph : {testing::wrap_graph({}, random.child("wrap")),
                             testing::padded_graph({.layers = 2}, random)}) {
    validate(graph);
    const auto inputs = testing::random_inputs(300, std::get<Input>(graph.nodes[0].op), random);

    const Matrix<Integer> batch = evaluate(graph, inputs);

    for (Eigen::Index row = 0; row < inputs.rows(); ++row) {
      const std::vector<Integer> alone =
          evaluate(graph, std::span<const Integer>(inputs.row(row).data(), inputs.cols()));
      for (std::size_t i = 0; i < alone.size(); ++i) {
        ASSERT_EQ(batch(row, static_cast<Eigen::Index>(i)), alone[i]) << row;
      }
    }
  }
}

TEST(Evaluate, RoundsHalvesUp) {
  const Graph graph{{{"x", Input{1, -50, 50}}, {"r", Round{0, {3}}}, {"y", Output{1}}}};
  EXPECT_EQ(value(graph, 11), 8);
  EXPECT_EQ(value(graph, 12), 16);
  EXPECT_EQ(value(graph, -12), -8);
  EXPECT_EQ(value(graph, -13), -16);
}

TEST(Evaluate, RefusesRowsOutsideTheInputOrThePaddedTable) {
  Lookup lookup{.input = 0,
                .bits = {1},
                .wraps = false,
                .offset = 0,
                .truncated_bits = {0},
                .tables = Matrix<Integer>::Zero(1, 2),
                .table_of = {0}};
  const Graph graph{{{"x", Input{1, 0, 5}}, {"small", lookup}, {"y", Output{1}}}};
  EXPECT_EQ(value(graph, 1), 0);
  expect_error(ErrorCode::invalid_argument, "outside the table of", [&] { value(graph, 2); });
  expect_error(ErrorCode::invalid_argument, "is outside", [&] { value(graph, 6); });
  expect_error(ErrorCode::invalid_argument, "inputs, the graph takes", [&] {
    evaluate(graph, std::vector<Integer>{1, 1});
  });
}

}  // namespace
}  // namespace basalt::ir::evaluate_test
