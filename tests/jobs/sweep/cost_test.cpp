#include "jobs/sweep/cost.hpp"

#include <gtest/gtest.h>

namespace basalt::jobs {
namespace {

TrialTask with(const io::Configuration& configuration, double share = 1.0) {
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

}  // namespace
}  // namespace basalt::jobs
