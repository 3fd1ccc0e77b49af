// Which stage values belong to.
#include "ir/stages.hpp"

#include <gtest/gtest.h>

#include "support/graphs.hpp"

namespace basalt::ir::stages_test {
namespace {

using Stages = std::vector<std::size_t>;

Graph deep(std::size_t layers) {
  return testing::padded_graph({.layers = layers}, RandomStream(Seed{3}));
}

TEST(Stages, GrowByOneBehindEveryTableButTheFirst) {
  // inputs, then a layer and its table three times, then the read-out and its output.
  EXPECT_EQ(stages_of(deep(3)), (Stages{0, 0, 0, 0, 1, 1, 2, 2, 2}));
}

TEST(Stages, OfASkipFromTheInputsStayTogether) {
  EXPECT_EQ(stages_of(testing::wrap_graph({}, RandomStream(Seed{3}))), Stages(5, 0));
}

TEST(Stages, AreOneWhereASumMixesThem) {
  Graph graph = deep(3);
  auto& readout = std::get<Linear>(graph.nodes[7].op);
  readout.terms.push_back({2, readout.terms.front().weights});

  EXPECT_EQ(stages_of(graph), Stages(9, 0));
}

TEST(Stages, RoundingOfFirstSumsIsPartOfStage0ButNotOfLaterOnes) {
  const auto rounded = [](ValueId value) {
    Graph graph = deep(3);
    graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(value) + 1,
                       {"rounded", Round{.input = value, .removed = {1}}});
    for (ValueId id = value + 2; id < graph.nodes.size(); ++id) {
      Op& op = graph.nodes[id].op;
      if (auto* linear = std::get_if<Linear>(&op)) ++linear->terms.front().input;
      if (auto* lookup = std::get_if<Lookup>(&op)) ++lookup->input;
      if (auto* output = std::get_if<Output>(&op)) ++output->input;
    }
    return stages_of(graph);
  };

  EXPECT_EQ(rounded(1), (Stages{0, 0, 0, 1, 1, 2, 2, 3, 3, 3}));
  EXPECT_EQ(rounded(3), Stages(10, 0));
}

}  // namespace
}  // namespace basalt::ir::stages_test
