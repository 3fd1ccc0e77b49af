#include "search/cost.hpp"

#include <gtest/gtest.h>

namespace basalt::search::cost_test {
namespace {

TrialTask with(const Configuration& configuration, double share = 1.0) {
  TrialTask task;
  task.share = share;
  task.configuration = configuration;
  return task;
}

TEST(Cost, GrowsWithEpochsWidthTreesAndEncryptedRows) {
  pipeline::Recipe recipe;
  recipe.model.restore("max_epochs", std::int64_t{60});
  const double plain = cost_of(recipe, with({}));

  EXPECT_GT(cost_of(recipe, with({{"max_epochs", std::int64_t{90}}})), plain);
  EXPECT_GT(cost_of(recipe, with({{"module__hidden", std::vector<std::int64_t>{128}}})), plain);
  EXPECT_GT(cost_of(recipe, with({{"n_estimators", std::int64_t{50}}})), plain);
  EXPECT_LT(cost_of(recipe, with({}, 1.0 / 9)), plain);
  recipe.fhe.execute_rows = 16;
  EXPECT_GT(cost_of(recipe, with({})), plain);
}

TEST(Cost, IsAtLeastOne) {
  EXPECT_GE(cost_of(pipeline::Recipe{}, with({{"solver", std::string("lbfgs")}})), 1.0);
}

TEST(CostEstimate, LearnsWhatTheModelDoesNotKnow) {
  pipeline::Recipe base;
  CostEstimate estimate(base);
  const auto task_with = [](TrialId trial, std::int64_t bits, const std::string& kind) {
    TrialTask made;
    made.trial = trial;
    made.configuration = {{"bits", bits}, {"kind", kind}, {"rate", 0.1 + 0.001 * double(trial)}};
    return made;
  };
  const auto seconds = [](std::int64_t bits, const std::string& kind) {
    return (kind == "slow" ? 8.0 : 1.0) * (bits == 3 ? 3.0 : 1.0);
  };
  for (TrialId trial = 0; trial < 60; ++trial) {
    const auto bits = static_cast<std::int64_t>(2 + trial % 2);
    const std::string kind = trial % 3 == 0 ? "slow" : "quick";
    estimate.learn(task_with(trial, bits, kind), 100.0 * seconds(bits, kind));
  }

  const double slow3 = estimate.predict(task_with(99, 3, "slow"));
  const double slow2 = estimate.predict(task_with(99, 2, "slow"));
  const double quick3 = estimate.predict(task_with(99, 3, "quick"));
  EXPECT_GT(slow3, 1.5 * slow2);
  EXPECT_GT(slow2, 1.5 * quick3);
}

TEST(CostEstimate, IsTheModelUntilSomethingIsKnown) {
  pipeline::Recipe base;
  base.model.restore("max_epochs", std::int64_t{30});
  CostEstimate estimate(base);
  estimate.learn({}, 0.0);
  EXPECT_DOUBLE_EQ(estimate.predict({}), cost_of(base, {}));
}

}  // namespace
}  // namespace basalt::search::cost_test
