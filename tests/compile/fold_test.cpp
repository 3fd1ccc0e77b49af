// Folding keeps what a graph computes and leaves no layer on a layer.
#include "compile/fold.hpp"

#include <gtest/gtest.h>

#include "support/graphs.hpp"

namespace basalt::compile::fold_test {
namespace {

using ir::Integer;
using ir::Linear;
using ir::SparseMatrix;

/// Layers on layers, one of them read twice, a node that nothing reads, a table at the end.
ir::Graph stacked(RandomStream random) {
  const auto weights = [&random](Eigen::Index rows, Eigen::Index columns) {
    return SparseMatrix::from_dense(testing::random_weights(rows, columns, 3, random));
  };
  ir::Lookup sign{.input = 4,
                  .bits = {3},
                  .wraps = true,
                  .offset = 0,
                  .truncated_bits = {0},
                  .tables = Matrix<Integer>(1, 8),
                  .table_of = {0, 0}};
  sign.tables << 1, 1, 1, 1, -1, -1, -1, -1;
  return {{{"x", ir::Input{4, 0, 3}},
           {"a", Linear{{{0, weights(5, 4)}}, {1, 2, 3, 4, 5}}},
           {"unread", Linear{{{0, weights(2, 4)}}, {0, 0}}},
           {"b", Linear{{{1, weights(3, 5)}, {0, weights(3, 4)}}, {7, 0, -7}}},
           {"c", Linear{{{3, weights(2, 3)}, {1, weights(2, 5)}}, {1, -1}}},
           {"sign", sign},
           {"last", Linear{{{5, weights(2, 2)}, {3, weights(2, 3)}}, {0, 9}}},
           {"y", ir::Output{6}}}};
}

TEST(Fold, KeepsTheMeaningOfStackedLayers) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomStream random{Seed{seed}};
    const ir::Graph graph = stacked(random.child("graph"));
    const ir::Graph folded = fold_linears(graph);
    validate(folded);

    const auto inputs = testing::random_inputs(20, {4, 0, 3}, random);

    EXPECT_EQ(evaluate(graph, inputs), evaluate(folded, inputs));
    for (const ir::Node& node : folded.nodes) {
      if (!std::holds_alternative<Linear>(node.op)) continue;
      for (const ir::ValueId input : inputs_of(node)) {
        EXPECT_FALSE(std::holds_alternative<Linear>(folded.nodes[input].op)) << node.name;
      }
    }
  }
}

TEST(Fold, DropsWhatNothingReads) {
  const ir::Graph folded = fold_linears(stacked(RandomStream(Seed{1})));
  std::vector<std::string> names;
  for (const ir::Node& node : folded.nodes) names.push_back(node.name);
  EXPECT_EQ(names, (std::vector<std::string>{"x", "c", "sign", "last", "y"}));
}

TEST(Fold, LeavesFoldedGraphsAsTheyAre) {
  const ir::Graph graph = testing::padded_graph({.layers = 2}, RandomStream(Seed{5}));
  EXPECT_EQ(fold_linears(graph).id(), graph.id());
}

}  // namespace
}  // namespace basalt::compile::fold_test
