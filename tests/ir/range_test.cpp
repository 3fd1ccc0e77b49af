// Worst-case intervals and steps, against all possible rows of small graphs.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/graphs.hpp"

namespace basalt::ir::range_test {
namespace {

/// Calls visit(values of all nodes) for every row of inputs.
template <class Visit>
void for_every_row(const Graph& graph, Visit visit) {
  const Input input = std::get<Input>(graph.nodes[0].op);
  std::vector<Integer> row(input.size, input.low);
  for (;;) {
    visit(evaluate_all(graph, row));
    std::size_t place = 0;
    while (place < row.size() && row[place] == input.high) row[place++] = input.low;
    if (place == row.size()) return;
    ++row[place];
  }
}

Graph tiny_wrap(std::uint64_t seed) {
  return testing::wrap_graph({.inputs = 5, .hidden = 3, .outputs = 2, .bits = 3, .input_high = 2},
                             RandomStream(Seed{seed}));
}

TEST(Ranges, HoldEveryReachableValueAndAreTightAtTheFirstLayer) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Graph graph = tiny_wrap(seed);
    const auto ranges = ranges_of(graph);
    std::vector<Range> seen(3, Range{1000, -1000});

    for_every_row(graph, [&](const std::vector<std::vector<Integer>>& values) {
      for (std::size_t id = 0; id < values.size(); ++id) {
        for (std::size_t i = 0; i < values[id].size(); ++i) {
          ASSERT_LE(ranges[id][i].low, values[id][i]);
          ASSERT_GE(ranges[id][i].high, values[id][i]);
        }
      }
      for (std::size_t i = 0; i < 3; ++i) {
        seen[i] = {std::min(seen[i].low, values[1][i]), std::max(seen[i].high, values[1][i])};
      }
    });

    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(seen[i].low, ranges[1][i].low);
      EXPECT_EQ(seen[i].high, ranges[1][i].high);
    }
  }
}

TEST(Steps, DivideEveryDifferenceAndFindTheParityOfOddTables) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Graph graph = tiny_wrap(seed);
    const auto steps = steps_of(graph);
    std::vector<std::vector<Integer>> first;

    for_every_row(graph, [&](const std::vector<std::vector<Integer>>& values) {
      if (first.empty()) first = values;
      for (std::size_t id = 0; id < values.size(); ++id) {
        for (std::size_t i = 0; i < values[id].size(); ++i) {
          const Integer difference = values[id][i] - first[id][i];
          ASSERT_EQ(steps[id][i] == 0 ? difference : difference % steps[id][i], 0);
        }
      }
    });

    for (const Integer step : steps[3]) EXPECT_EQ(step % 2, 0);
  }
}

TEST(Ranges, ThroughALookupAreThoseOfTheReachableEntries) {
  Lookup lookup{.input = 0,
                .bits = {3},
                .wraps = false,
                .offset = -2,
                .truncated_bits = {0},
                .tables = Matrix<Integer>(1, 8),
                .table_of = {0}};
  lookup.tables << 50, 60, 1, 2, 3, 70, 80, 90;
  const Graph graph{{{"x", Input{1, 0, 2}}, {"t", lookup}, {"y", Output{1}}}};

  EXPECT_EQ(ranges_of(graph)[1][0].low, 1);
  EXPECT_EQ(ranges_of(graph)[1][0].high, 3);
  EXPECT_EQ(steps_of(graph)[1][0], 1);
}

TEST(Ranges, BeyondSixtyTwoBitsAreRefusedByName) {
  Graph graph{
      {{"x", Input{1, 0, Integer{1} << 40}},
       {"big",
        Linear{{{0, SparseMatrix::from_dense(Matrix<Integer>::Constant(1, 1, Integer{1} << 30))}},
               {0}}},
       {"y", Output{1}}}};
  try {
    ranges_of(graph);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("big"), std::string::npos);
  }
}

TEST(TablePosition, RoundsHalvesUpBeforeTheTable) {
  Lookup lookup;
  lookup.bits = {3};
  lookup.truncated_bits = {2};
  lookup.offset = -1;
  EXPECT_EQ(table_position(lookup, 1), 1);
  EXPECT_EQ(table_position(lookup, 2), 2);
  EXPECT_EQ(table_position(lookup, -2), 1);
  EXPECT_EQ(table_position(lookup, -3), 0);

  lookup.offset = 0;
  lookup.wraps = true;
  EXPECT_EQ(table_index(lookup, -3), 7);
  EXPECT_EQ(table_index(lookup, 30), 0);
}

}  // namespace
}  // namespace basalt::ir::range_test
