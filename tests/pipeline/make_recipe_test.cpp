// Tests of recipes made from given settings.
#include "pipeline/make_recipe.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::pipeline::make_recipe_test {
namespace {

GivenSettings given(const std::string& section, const std::string& key, const SettingValue& value) {
  GivenSettings made;
  made.file = "job.toml";
  made.sections[section][key] = {value, 3};
  made.section_lines[section] = 1;
  return made;
}

GivenSettings small_recipe() {
  GivenSettings made = given("data", "generate", std::string("moons"));
  made.sections["model"]["estimator"] = {std::string("LogisticRegression"), 5};
  return made;
}

std::string refusal(const GivenSettings& settings) {
  try {
    make_recipe(settings, std::nullopt);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(SectionSettings, FillsTheDefaults) {
  const Settings fhe =
      section_settings(given("fhe", "security", std::int64_t{100}), "fhe", fhe_rules());
  EXPECT_EQ(fhe.integer("security"), 100);
  EXPECT_EQ(fhe.text("p_error"), "2^-40");
}

TEST(SectionSettings, ProposesTheNearestKey) {
  try {
    section_settings(given("fhe", "p_eror", 0.1), "fhe", fhe_rules());
    FAIL() << "an unknown key was accepted";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "job.toml:3: unknown key \"p_eror\" in [fhe]; did you mean \"p_error\"?");
    EXPECT_EQ(error.subject(), "p_eror");
  }
}

TEST(SectionSettings, NumbersMayStandForTexts) {
  const Settings fhe = section_settings(given("fhe", "p_error", 0.125), "fhe", fhe_rules());
  EXPECT_EQ(fhe.text("p_error"), "0.125");
}

TEST(SectionSettings, EmptyListsFitEveryListType) {
  const std::vector<SettingRule> rules{
      {.name = "names", .type = SettingType::texts, .fallback = std::vector<std::string>{"a"}}};
  const Settings settings =
      section_settings(given("fhe", "names", std::vector<std::int64_t>{}), "fhe", rules);
  EXPECT_TRUE(settings.texts("names").empty());
}

TEST(MakeRecipe, CompletesEverySection) {
  const Recipe recipe = make_recipe(small_recipe(), std::nullopt);

  EXPECT_EQ(recipe.estimator, "LogisticRegression");
  EXPECT_EQ(recipe.data.rows, 1000);
  EXPECT_TRUE(recipe.model.has("C"));
  EXPECT_DOUBLE_EQ(recipe.fhe.target.p_error, 0x1p-40);
}

TEST(MakeRecipe, ErrorsOfASectionHaveItsLines) {
  GivenSettings wrong = small_recipe();
  wrong.sections["data"]["cv_repeats"] = {std::int64_t{4}, 4};
  wrong.sections["fhe"]["cv_repeats"] = {std::int64_t{4}, 8};
  EXPECT_EQ(refusal(wrong).find("job.toml:4: \"cv_repeats\""), 0u) << refusal(wrong);
  wrong = small_recipe();
  wrong.sections["model"]["estimator"] = {std::string("LogisticRegresion"), 5};
  EXPECT_EQ(refusal(wrong).find("job.toml:5: "), 0u) << refusal(wrong);
}

DataSpec source(const std::string& file, const std::string& csv, const std::string& generate) {
  DataSpec data;
  data.file = file;
  data.csv = csv;
  data.generate = generate;
  return data;
}

TEST(RequireOneSource, RefusesNoneAndTwo) {
  expect_error(ErrorCode::invalid_argument, "sources, expected one of",
               [&] { require_one_source(source("", "", "")); });
  expect_error(ErrorCode::invalid_argument, "sources, expected one of",
               [&] { require_one_source(source("a.h5", "", "moons")); });
  EXPECT_NO_THROW(require_one_source(source("", "a.csv", "")));
}

TEST(MakeRecipe, ACsvFileNeedsItsLabel) {
  GivenSettings csv = small_recipe();
  csv.sections["data"] = {{"csv", {std::string("a.csv"), 3}}};
  EXPECT_EQ(refusal(csv).find("job.toml:3: \"csv\" needs \"label\""), 0u) << refusal(csv);
}

TEST(ModelRules, ATrainedModelHasNoSettings) {
  EXPECT_TRUE(model_rules(given("model", "file", std::string("m.h5"))).empty());
  EXPECT_FALSE(model_rules(small_recipe()).empty());
  EXPECT_EQ(trained_file(given("model", "file", std::string("m.h5"))), "m.h5");
  EXPECT_EQ(trained_file(small_recipe()), std::nullopt);
  GivenSettings both = small_recipe();
  both.sections["model"]["file"] = {std::string("m.h5"), 6};
  expect_error(ErrorCode::invalid_argument, "\"estimator\" must not be given",
               [&] { trained_file(both); });
}

}  // namespace
}  // namespace basalt::pipeline::make_recipe_test
