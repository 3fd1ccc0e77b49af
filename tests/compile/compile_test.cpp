// From integers to circuits with parameters.
#include "compile/compile.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "compile/assemble.hpp"
#include "compile/candidates.hpp"
#include "support/expect_error.hpp"
#include "support/lowered.hpp"

namespace basalt::compile::compile_test {
namespace {

using ir::Integer;

circuit::Circuit compiled(const Lowered& lowered, const circuit::Target& target = {}) {
  auto found = compile(lowered, "test", Digest{}, target);
  if (const auto* reason = std::get_if<Infeasible>(&found))
    throw std::runtime_error(reason->reason);
  return std::get<circuit::Circuit>(std::move(found));
}

Lowered wrap_net(std::size_t hidden, std::size_t outputs, std::uint64_t seed) {
  return testing::lowered(testing::wrap_graph({.inputs = 20, .hidden = hidden, .outputs = outputs},
                                              RandomStream(Seed{seed})));
}

TEST(Compile, MeetsItsTarget) {
  const circuit::Circuit circuit = compiled(wrap_net(32, 3, 40));
  EXPECT_LE(circuit.p_error, 0x1p-40);
  EXPECT_GE(circuit.global_p_error, circuit.p_error);
  EXPECT_GE(circuit.security_bits, 128.0);
  EXPECT_EQ(circuit.encoded.bootstraps_per_row(), 32u);
  EXPECT_GT(circuit.predicted_seconds_per_row, 0.0);
  EXPECT_GT(circuit.evaluation_key_bytes, 0u);
  validate(circuit.encoded);
}

TEST(Compile, LooserTargetsAreCheaper) {
  const Lowered lowered = wrap_net(32, 3, 41);
  const circuit::Circuit strict = compiled(lowered);
  const circuit::Circuit loose = compiled(lowered, {.p_error = 0x1p-10});
  EXPECT_LT(loose.predicted_seconds_per_row, strict.predicted_seconds_per_row);
  EXPECT_LE(loose.p_error, 0x1p-10);
}

TEST(Compile, GlobalTargetsBoundTheWholeRow) {
  const circuit::Circuit circuit = compiled(wrap_net(32, 3, 42), {.global_p_error = 1e-9});
  EXPECT_LE(circuit.global_p_error, 1e-9);
}

TEST(Compile, TakesAReadOutThatNoOtherUndercuts) {
  const Lowered lowered = wrap_net(64, 10, 43);
  const circuit::Circuit best = compiled(lowered);
  for (const Candidate& candidate : readout_candidates(lowered)) {
    const auto found =
        optimize(assemble(candidate.lowered, "test", {}).requirements, circuit::Target{});
    const auto* choice = std::get_if<ParameterChoice>(&found);
    if (choice == nullptr) continue;
    const double outputs =
        static_cast<double>(assemble(candidate.lowered, "test", {}).requirements.outputs_per_row);
    const double sent = outputs * choice->score_word_bits / 8.0 *
                        static_cast<double>(choice->parameters.stage(0).big_dimension() + 1);
    const double best_sent = static_cast<double>(best.ciphertext_bytes_per_row - 20 * 8);
    EXPECT_LE(best.predicted_seconds_per_row + best_sent / 100e6,
              choice->predicted_seconds_per_row + sent / 100e6 + 1e-12)
        << candidate.readout;
  }
}

TEST(Compile, KeepsTheIntegersOfTheModel) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    RandomStream random{Seed{seed}};
    const Lowered lowered =
        seed % 2 == 0
            ? wrap_net(8 + 8 * seed, 1 + seed, seed)
            : testing::lowered(testing::padded_graph(
                  {.hidden = 10, .outputs = seed, .layers = 1 + seed % 3}, random.child("graph")));
    const ir::EncodedGraph encoded = compiled(lowered).encoded;
    const auto inputs =
        testing::random_inputs(30, std::get<ir::Input>(lowered.graph.nodes[0].op), random);
    const Matrix<Integer> expected = evaluate(lowered.graph, inputs);
    const Matrix<Integer> raw = evaluate(encoded.graph, inputs);
    for (Eigen::Index row = 0; row < raw.rows(); ++row) {
      const std::vector<Integer> sums = combined(
          encoded.postprocessing, {raw.row(row).data(), static_cast<std::size_t>(raw.cols())});
      for (std::size_t i = 0; i < sums.size(); ++i) {
        ASSERT_EQ(sums[i], expected(row, static_cast<Eigen::Index>(i)));
      }
    }
  }
}

TEST(Compile, SaysWhichLayerCannotBe) {
  ir::Lookup wide{.input = 0,
                  .bits = {17},
                  .wraps = false,
                  .offset = 0,
                  .truncated_bits = {0},
                  .tables = Matrix<Integer>::Zero(1, 1 << 17),
                  .table_of = {0}};
  const ir::Graph graph{{{"pixel", ir::Input{1, 0, 9}}, {"huge", wide}, {"y", ir::Output{1}}}};
  const auto found = compile(testing::lowered(graph), "test", Digest{}, circuit::Target{});
  ASSERT_TRUE(std::holds_alternative<Infeasible>(found));
  EXPECT_NE(std::get<Infeasible>(found).reason.find("pixel"), std::string::npos)
      << std::get<Infeasible>(found).reason;
}

TEST(Compile, RefusesTargetsWithoutMeaning) {
  expect_error(ErrorCode::invalid_argument, "expected a probability between",
               [&] { compile(wrap_net(4, 2, 1), "test", Digest{}, {.p_error = 2.0}); });
  expect_error(ErrorCode::invalid_argument, "bits is unknown, expected one",
               [&] { compile(wrap_net(4, 2, 1), "test", Digest{}, {.security = 77}); });
}

}  // namespace
}  // namespace basalt::compile::compile_test
