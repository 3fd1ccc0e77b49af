#include "pipeline/recipe.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace basalt::pipeline::recipe_test {
namespace {

Settings completed(std::span<const SettingRule> rules) {
  Settings settings;
  settings.complete(rules);
  return settings;
}

TEST(Recipe, DefaultsAreThoseOfTheTables) {
  const DataSpec data = data_from(completed(data_rules()));
  EXPECT_DOUBLE_EQ(data.test_share, 0.25);
  EXPECT_EQ(data.split_seed, 42U);
  EXPECT_TRUE(data.standardize);
  const FheSpec fhe = fhe_from(completed(fhe_rules()));
  EXPECT_DOUBLE_EQ(fhe.target.p_error, 0x1p-40);
  EXPECT_EQ(fhe.target.global_p_error, 0.0);
  EXPECT_EQ(fhe.target.security, 128);
}

TEST(Recipe, TheIdCoversEveryChoice) {
  Recipe recipe;
  recipe.model.restore("lr", 0.01);
  std::vector<Digest> ids{recipe.id()};
  recipe.seed.value = 1;
  ids.push_back(recipe.id());
  recipe.model.restore("lr", 0.02);
  ids.push_back(recipe.id());
  recipe.data.stratify = true;
  ids.push_back(recipe.id());
  recipe.data.test_file = "test.h5";
  ids.push_back(recipe.id());
  recipe.data.train_rows = 100;
  ids.push_back(recipe.id());
  recipe.data.draw = 5;
  ids.push_back(recipe.id());
  recipe.baseline = Baseline{"LogisticRegression", {}};
  ids.push_back(recipe.id());
  recipe.fhe.target.p_error = 0.5;
  ids.push_back(recipe.id());
  recipe.estimator = "Ridge";
  ids.push_back(recipe.id());

  for (std::size_t i = 0; i < ids.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(ids[i], ids[j]);
  }
}

}  // namespace
}  // namespace basalt::pipeline::recipe_test
