// Shapes, rules and ids of graphs.
#include "ir/graph.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/graphs.hpp"

namespace basalt::ir::graph_test {
namespace {

Graph small() {
  return testing::wrap_graph({.inputs = 5, .hidden = 4, .outputs = 2}, RandomStream(Seed{1}));
}

std::string refusal(const Graph& graph) {
  try {
    validate(graph);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "";
}

TEST(SparseMatrix, KeepsTheNonZeroWeightsOfADenseMatrix) {
  Matrix<Integer> dense(2, 3);
  dense << 0, 4, -1, 0, 0, 0;

  const SparseMatrix sparse = SparseMatrix::from_dense(dense);

  EXPECT_EQ(sparse.row_start, (std::vector<std::uint32_t>{0, 2, 2}));
  EXPECT_EQ(sparse.column, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(sparse.weight, (std::vector<std::int32_t>{4, -1}));
  EXPECT_EQ(multiply(sparse, std::vector<Integer>{7, 2, 3}), (std::vector<Integer>{5, 0}));
}

TEST(SparseMatrix, RefusesWeightsBeyond32Bits) {
  Matrix<Integer> dense(1, 1);
  dense << (Integer{1} << 31);
  expect_error(ErrorCode::invalid_argument, "does not fit",
               [&] { SparseMatrix::from_dense(dense); });
}

TEST(SparseMatrix, ProductAppliesOneAfterTheOther) {
  RandomStream random{Seed{2}};
  const SparseMatrix a = SparseMatrix::from_dense(testing::random_weights(4, 6, 2, random));
  const SparseMatrix b = SparseMatrix::from_dense(testing::random_weights(6, 5, 2, random));
  const std::vector<Integer> vector{1, -2, 3, 0, 9};

  EXPECT_EQ(multiply(product(a, b), vector), multiply(a, multiply(b, vector)));
  expect_error(ErrorCode::invalid_argument, "sparse product", [&] { product(a, a); });
}

TEST(SparseMatrix, SelectionPicksElements) {
  EXPECT_EQ(multiply(SparseMatrix::selection({2, 2, 0}, 3), std::vector<Integer>{5, 6, 7}),
            (std::vector<Integer>{7, 7, 5}));
  EXPECT_EQ(multiply(SparseMatrix::identity(2), std::vector<Integer>{5, 6}),
            (std::vector<Integer>{5, 6}));
}

TEST(Graph, OfASoundNetIsAccepted) {
  EXPECT_EQ(refusal(small()), "");
}

TEST(Graph, IdChangesWithEachTableEntryAndWeight) {
  const Graph graph = small();
  Graph other = graph;
  std::get<Lookup>(other.nodes[2].op).tables(3, 1) += 1;
  Graph third = graph;
  std::get<Linear>(third.nodes[1].op).terms[0].weights.weight[0] += 1;

  EXPECT_EQ(small().id(), graph.id());
  EXPECT_NE(other.id(), graph.id());
  EXPECT_NE(third.id(), graph.id());
}

TEST(Graph, RefusesNodesOutOfOrder) {
  Graph graph = small();
  std::get<Output>(graph.nodes[4].op).input = 4;
  EXPECT_NE(refusal(graph).find("node 4 (scores)"), std::string::npos);

  Graph second_input = small();
  second_input.nodes[2].op = Input{4, 0, 1};
  EXPECT_NE(refusal(second_input).find("one input"), std::string::npos);

  Graph no_output = small();
  no_output.nodes.pop_back();
  EXPECT_NE(refusal(no_output), "");
  EXPECT_NE(refusal(Graph{}), "");
}

TEST(Graph, RefusesShapesThatDoNotFit) {
  Graph narrow = small();
  std::get<Linear>(narrow.nodes[1].op).terms[0].weights.columns = 7;
  EXPECT_NE(refusal(narrow).find("7 columns"), std::string::npos);

  Graph untabled = small();
  std::get<Lookup>(untabled.nodes[2].op).table_of.pop_back();
  EXPECT_NE(refusal(untabled), "");

  Graph twice = small();
  std::get<Linear>(twice.nodes[3].op).terms[1].input = 2;
  EXPECT_NE(refusal(twice), "");
}

TEST(Graph, RefusesWrappingTablesThatAreNotNegacyclic) {
  Graph graph = small();
  std::get<Lookup>(graph.nodes[2].op).tables(1, 3) += 1;
  EXPECT_NE(refusal(graph).find("negacyclic"), std::string::npos);
}

TEST(Graph, SizesFollowTheNodes) {
  const Graph graph = small();
  EXPECT_EQ(size_of(graph, 0), 5u);
  EXPECT_EQ(size_of(graph, 1), 4u);
  EXPECT_EQ(size_of(graph, 2), 4u);
  EXPECT_EQ(size_of(graph, 3), 2u);
  EXPECT_EQ(size_of(graph, 4), 2u);
  EXPECT_EQ(inputs_of(graph.nodes[3]), (std::vector<ValueId>{2, 0}));
}

TEST(Graph, KindsOfNodesAreNumbered) {
  Op op = Input{3, 0, 1};
  set_kind(op, 0);
  EXPECT_EQ(std::get<Input>(op).size, 3u);
  set_kind(op, 4);
  EXPECT_TRUE(std::holds_alternative<Output>(op));
  expect_error(ErrorCode::corrupt, "a node of kind", [&] { set_kind(op, 5); });
}

}  // namespace
}  // namespace basalt::ir::graph_test
