// What the server works out about a circuit.
#include "infer/score_plan.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/encrypted.hpp"
#include "support/expect_error.hpp"

namespace basalt::infer::score_plan_test {
namespace {

tfhe::ParameterSpec small() {
  return tfhe::parameter_set_named("wrap_e1").spec;
}

circuit::Circuit two_layers() {
  return testing::circuit(
      testing::lowered(testing::padded_graph({.layers = 2, .bits = 2, .activation_high = 1},
                                             RandomStream(Seed{1}))),
      small());
}

TEST(ScorePlan, OfOneSetHasOneKey) {
  const ScorePlan plan(two_layers());

  EXPECT_EQ(plan.stage_of, (std::vector<std::size_t>(7, 0)));
  EXPECT_EQ(plan.dimension, (std::vector<std::size_t>(7, 3 * 512)));
  EXPECT_EQ(plan.output_dimension, 3u * 512);
  EXPECT_EQ(plan.sent_from[5], 0u);
  EXPECT_TRUE(plan.lookups[2].has_value());
  EXPECT_EQ(plan.last_reader[1], 2u);
  EXPECT_EQ(plan.weights[5].size(), 1u);
}

TEST(ScorePlan, OfAChainGivesEveryStageItsKey) {
  circuit::Circuit circuit = two_layers();
  tfhe::ParameterSpec second = small();
  second.glwe_dimension = 4;
  circuit.parameters = tfhe::chain_of({small(), second});

  const ScorePlan plan(circuit);

  EXPECT_EQ(plan.stage_of, (std::vector<std::size_t>{0, 0, 0, 0, 1, 1, 1}));
  EXPECT_EQ(plan.dimension[3], 3u * 512);
  EXPECT_EQ(plan.dimension[4], 4u * 512);
  EXPECT_EQ(plan.output_dimension, 4u * 512);
  EXPECT_EQ(score_dimension(circuit), 4u * 512);
}

TEST(ScorePlan, RefusesAChainOfAnotherLength) {
  circuit::Circuit circuit = two_layers();
  circuit.parameters = tfhe::chain_of({small(), small(), small()});
  expect_error(ErrorCode::invalid_argument, "sets of parameters for", [&] { ScorePlan{circuit}; });
}

}  // namespace
}  // namespace basalt::infer::score_plan_test
