#include "tfhe/evaluation_key.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"
#include "tfhe/toy.hpp"

namespace basalt::tfhe::evaluation_key_test {
namespace {

TEST(SeededEvaluationKey, IdDependsOnEveryPart) {
  const ParameterSpec spec = toy_spec(100, 2, 256, {23, 1});
  SeededEvaluationKey key{.parameters = Parameters(spec),
                          .client_key_id = {},
                          .stages = {{.keyswitch_bodies = {1, 2}, .bootstrap_bodies = {3, 4}}}};
  SeededStageKeys& first = key.stages.front();
  const Digest id = key.id();
  EXPECT_EQ(key.id(), id);
  first.bootstrap_bodies[1] = 5;
  EXPECT_NE(key.id(), id);
  first.bootstrap_bodies[1] = 4;
  first.keyswitch_seed[0] = 1;
  EXPECT_NE(key.id(), id);
}

TEST(SeededEvaluationKey, IdOfAChainDependsOnTheKeysOfEveryStage) {
  const ParameterSpec spec = toy_spec(100, 2, 256, {23, 1});
  SeededEvaluationKey key{chain_of({spec, spec}), {}, std::vector<SeededStageKeys>(2)};
  const Digest id = key.id();
  key.stages[1].bootstrap_bodies = {1};
  EXPECT_NE(key.id(), id);
  key.stages.pop_back();
  expect_error(ErrorCode::mismatch, "keys of 1 stages", [&] { (void)key.id(); });
}

TEST(ExpandedKey, KnowsWhereItComesFrom) {
  const Toy toy(toy_spec(8, 1, 256, {23, 1}));
  EXPECT_EQ(toy.key.id(), toy.seeded.id());
  EXPECT_EQ(toy.key.client_key_id(), toy.client.id());
  EXPECT_EQ(toy.key.parameters().id(), toy.client.parameters().id());
  EXPECT_EQ(&toy.key.kernels(), &testing_support::chosen_kernels());
}

TEST(ExpandedKey, MemoryIsThatOfItsNumbers) {
  const Toy toy(toy_spec(8, 1, 256, {23, 1}), torus::kernels_named("reference"));
  // 8 steps of 4 polynomials of 256 doubles; 256 * 5 rows of 16 columns (9 rounded up) of 4 bytes.
  EXPECT_EQ(toy.key.memory().value, 8u * 4 * 256 * 8 + 256u * 5 * 16 * 4);
}

TEST(ExpandedKey, RefusesBodiesThatDoNotFit) {
  Toy toy(toy_spec(8, 1, 256, {23, 1}));
  SeededEvaluationKey shorter = toy.seeded;
  shorter.stages[0].bootstrap_bodies.pop_back();
  expect_error(ErrorCode::mismatch, "expect",
               [&] { EvaluationKey(shorter, testing_support::chosen_kernels(), toy.team); });
  shorter = toy.seeded;
  shorter.stages[0].keyswitch_bodies.pop_back();
  expect_error(ErrorCode::mismatch, "expect",
               [&] { EvaluationKey(shorter, testing_support::chosen_kernels(), toy.team); });
}

TEST(ExpandedKey, OfAChainHasTheKeysOfEveryStage) {
  const ParameterChain chain =
      chain_of({toy_spec(8, 1, 256, {23, 1}), toy_spec(6, 2, 512, {15, 2})});
  Toy toy(chain);

  EXPECT_EQ(toy.key.stage(1).parameters().id(), chain.stage(1).id());
  EXPECT_EQ(toy.key.stage(1).keyswitch_key().source_dimension(), 256u);
  EXPECT_EQ(toy.key.memory().value,
            toy.key.stage(0).memory().value + toy.key.stage(1).memory().value);
  expect_error(ErrorCode::invalid_argument, "stage 2 of 2", [&] { toy.key.stage(2); });
  SeededEvaluationKey lacking = toy.seeded;
  lacking.stages.pop_back();
  expect_error(ErrorCode::mismatch, "keys of 1 stages, the parameters expect 2",
               [&] { EvaluationKey(lacking, testing_support::chosen_kernels(), toy.team); });
  SeededEvaluationKey other = toy.seeded;
  other.stages[1].keyswitch_bodies.resize(512 * 5);
  expect_error(ErrorCode::mismatch, "keyswitch key: 2560 bodies, expected 1280",
               [&] { EvaluationKey(other, testing_support::chosen_kernels(), toy.team); });
}

}  // namespace
}  // namespace basalt::tfhe::evaluation_key_test
