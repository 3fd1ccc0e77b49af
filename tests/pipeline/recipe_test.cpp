#include "pipeline/recipe.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "support/expect_error.hpp"

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

TEST(Recipe, EveryKeyIsReadIntoItsField) {
  Settings data = completed(data_rules());
  for (const char* key : {"file", "csv", "label", "generate", "test_file"}) {
    data.restore(key, std::string(key));
  }
  std::int64_t next = 11;
  for (const char* key :
       {"rows", "draw", "test_rows", "train_rows", "split_seed", "cv", "cv_repeats"}) {
    data.restore(key, next++);
  }
  data.restore("test_share", 0.5);
  data.restore("stratify", true);
  data.restore("standardize", false);

  const DataSpec found = data_from(data);

  const DataSpec expected{.file = "file",
                          .csv = "csv",
                          .label = "label",
                          .generate = "generate",
                          .rows = 11,
                          .draw = 12,
                          .test_file = "test_file",
                          .test_rows = 13,
                          .train_rows = 14,
                          .test_share = 0.5,
                          .split_seed = 15,
                          .stratify = true,
                          .standardize = false,
                          .cv = 16,
                          .cv_repeats = 17};
  EXPECT_EQ(found, expected);
  EXPECT_EQ(found.source(), "file\ncsv\nlabel\ngenerate\n11\n12\ntest_file\n13");
  EXPECT_EQ(data.values().size(), data_rules().size());
}

TEST(Recipe, ReadmeTellsOfEveryKeyOfData) {
  std::ifstream file(BASALT_README);
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str();
  const std::size_t begin = page.find("| key of `[data]` |");
  ASSERT_NE(begin, std::string::npos);
  const std::string table = page.substr(begin, page.find("\n\n", begin) - begin);
  for (const SettingRule& rule : data_rules()) {
    EXPECT_NE(table.find("`" + rule.name), std::string::npos) << rule.name;
  }
}

TEST(Recipe, ProbabilitiesAreTexts) {
  Settings fhe = completed(fhe_rules());
  EXPECT_EQ(fhe.text("p_error"), "2^-40");
  EXPECT_EQ(fhe.text("global_p_error"), "");
  fhe.restore("p_error", std::string("1e-5"));
  fhe.restore("global_p_error", std::string("2^-10"));
  EXPECT_EQ(fhe_from(fhe).target.p_error, 1e-5);
  EXPECT_EQ(fhe_from(fhe).target.global_p_error, 0x1p-10);
  fhe.restore("p_error", std::string());
  expect_error(ErrorCode::invalid_argument, "expected a probability", [&] { fhe_from(fhe); });
}

/// A recipe whose every field has a value of its own.
Recipe full_recipe() {
  Recipe recipe;
  recipe.name = "all";
  recipe.seed = {7};
  recipe.data = {.file = "a.h5",
                 .csv = "b.csv",
                 .label = "c",
                 .generate = "moons",
                 .rows = 11,
                 .draw = 12,
                 .test_file = "d.h5",
                 .test_rows = 13,
                 .train_rows = 15,
                 .test_share = 0.5,
                 .split_seed = 14,
                 .stratify = true,
                 .standardize = false,
                 .cv = 3,
                 .cv_repeats = 2};
  recipe.estimator = "Ridge";
  recipe.model.restore("alpha", 0.5);
  recipe.model.restore("n_bits", std::int64_t{8});
  recipe.model.restore("text", std::string("x"));
  recipe.fhe.target = {.p_error = 0x1p-20, .global_p_error = 0.125, .security = 132};
  recipe.fhe.execute_rows = 4;
  recipe.fhe.simulate_rows = 5;
  return recipe;
}

TEST(Recipe, IdsAreThoseOfEarlierVersions) {
  EXPECT_EQ(Recipe().id().hex(),
            "8f3e2a00f8715965fb83d3f08a88f30db35bdd92df933afb95c440c14a407fe6");
  Recipe recipe = full_recipe();
  EXPECT_EQ(recipe.id().hex(), "fb3b14172de6f9c87c5dc1ed63ae816267c8867c508160c5d4b40e2ab8ae5615");
  recipe.baseline = Baseline{"LinearRegression", {}};
  recipe.baseline->model.restore("fit_intercept", true);
  EXPECT_EQ(recipe.id().hex(), "5457b4d4b0d041fb1782692013599456ad20b94272b80fa3cbe4d3390d85ed3e");
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
