// Every read-out gives the model's integers.
#include "compile/candidates.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "compile/assemble.hpp"
#include "support/lowered.hpp"

namespace basalt::compile::candidates_test {
namespace {

using ir::Integer;

/// The model's integers of each row, whatever the server computes of them.
Matrix<Integer> model_integers(const Lowered& lowered, const Matrix<Integer>& inputs) {
  const Matrix<Integer> raw = evaluate(lowered.graph, inputs);
  Matrix<Integer> out(raw.rows(), 0);
  for (Eigen::Index row = 0; row < raw.rows(); ++row) {
    const std::vector<Integer> sums = combined(
        lowered.postprocessing, {raw.row(row).data(), static_cast<std::size_t>(raw.cols())});
    out.conservativeResize(raw.rows(), static_cast<Eigen::Index>(sums.size()));
    std::copy(sums.begin(), sums.end(), out.row(row).data());
  }
  return out;
}

TEST(Candidates, AllGiveTheIntegersOfTheModel) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    RandomStream random{Seed{seed}};
    const std::size_t outputs = 1 + seed % 3, hidden = 5 + 7 * (seed % 2);
    ir::Graph graph =
        seed % 4 == 0
            ? testing::padded_graph({.hidden = hidden, .outputs = outputs, .layers = 2},
                                    random.child("graph"))
            : testing::wrap_graph({.hidden = hidden, .outputs = outputs}, random.child("graph"));
    auto& readout = std::get<ir::Linear>(graph.nodes[graph.nodes.size() - 2].op);
    for (Integer& bias : readout.bias) bias = 11;
    const auto inputs = testing::random_inputs(40, std::get<ir::Input>(graph.nodes[0].op), random);
    const Lowered whole = testing::lowered(graph);
    const Matrix<Integer> expected = evaluate(graph, inputs);

    const std::vector<Candidate> candidates = readout_candidates(whole);

    ASSERT_GE(candidates.size(), 2u);
    EXPECT_EQ(candidates.front().readout, "whole");
    EXPECT_EQ(candidates.back().readout, "hidden");
    for (const Candidate& candidate : candidates) {
      validate(candidate.lowered.graph);
      EXPECT_EQ(model_integers(candidate.lowered, inputs), expected) << candidate.readout;
    }
  }
}

TEST(Candidates, LowerTheNoiseThatOutputsMustBear) {
  const Lowered whole =
      testing::lowered(testing::wrap_graph({.hidden = 32, .outputs = 2}, RandomStream(Seed{9})));
  double last = 1e300;
  for (const Candidate& candidate : readout_candidates(whole)) {
    double worst = 0.0;
    const Assembly assembly = assemble(candidate.lowered, "toy", {});
    for (const Constraint& output : assembly.requirements.outputs) {
      worst = std::max(worst, std::sqrt(output.table_gain) / output.half_step);
    }
    EXPECT_LT(worst, last) << candidate.readout;
    last = worst;
  }
  EXPECT_DOUBLE_EQ(last, 16.0) << "odd values of 4 bits have half a step of 2^-4";
}

TEST(Candidates, SplitOnlyWhileItSendsLessThanTheHiddenValues) {
  const auto counts = [](std::size_t outputs) {
    std::size_t splits = 0;
    for (const Candidate& candidate : readout_candidates(testing::lowered(
             testing::wrap_graph({.hidden = 16, .outputs = outputs}, RandomStream(Seed{10}))))) {
      splits += candidate.readout == "split";
    }
    return splits;
  };
  EXPECT_EQ(counts(1), 3u);
  EXPECT_EQ(counts(2), 2u);
  EXPECT_EQ(counts(10), 0u);
}

TEST(Candidates, OfLinearModelsAreTheModelAlone) {
  const ir::Graph graph{{{"x", ir::Input{3, 0, 7}},
                         {"w", ir::Linear{{{0, ir::SparseMatrix::identity(3)}}, {1, 2, 3}}},
                         {"y", ir::Output{1}}}};
  EXPECT_EQ(readout_candidates(testing::lowered(graph)).size(), 1u);
}

}  // namespace
}  // namespace basalt::compile::candidates_test
