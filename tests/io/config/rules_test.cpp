#include "io/config/rules.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace basalt::io::rules_test {
namespace {

GivenSettings given(const std::string& text) {
  return given_settings(parse_toml(text, "job.toml"));
}

TEST(Rules, FillsDefaultsOfASection) {
  const Settings search =
      section_settings(given("[search]\ntrials = 8\n"), "search", search_rules());
  EXPECT_EQ(search.integer("trials"), 8);
  EXPECT_EQ(search.text("sampler"), "tpe");
  EXPECT_EQ(search.texts("objectives").size(), 2U);
}

TEST(Rules, ProposesTheNearestSectionAndKey) {
  try {
    given("[modle]\nx = 1\n");
    FAIL() << "an unknown section was accepted";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "job.toml:1: unknown section [modle]; did you mean [model]?");
  }
  try {
    section_settings(given("[search]\n\ntrails = 8\n"), "search", search_rules());
    FAIL() << "an unknown key was accepted";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "job.toml:3: unknown key \"trails\" in [search]; did you mean \"trials\"?");
    EXPECT_EQ(error.subject(), "trails");
  }
}

TEST(Rules, ATableOfPlacesStandsForItsKeys) {
  const std::vector<SettingRule> rules{
      {.name = "n_bits__op_inputs", .fallback = std::int64_t{0}},
      {.name = "n_bits__op_weights", .fallback = std::int64_t{0}},
  };
  const Settings settings = section_settings(
      given("[model]\nn_bits = { op_inputs = 3, op_weights = 2 }\n"), "model", rules);

  EXPECT_EQ(settings.integer("n_bits__op_inputs"), 3);
  EXPECT_EQ(settings.integer("n_bits__op_weights"), 2);
}

TEST(Rules, NumbersMayStandForTexts) {
  const std::vector<SettingRule> rules{
      {.name = "p_error", .type = SettingType::text, .fallback = std::string("2^-40")}};
  const Settings settings = section_settings(given("[fhe]\np_error = 0.125\n"), "fhe", rules);
  EXPECT_EQ(settings.text("p_error"), "0.125");
}

TEST(Rules, TablesOfAModelAreKeysOfTheirOwn) {
  const GivenSettings tables = given(
      "[model]\nn_bits = { op_inputs = 4, op_leaves = 6 }\nclass_weight = { a = 2, b = 0.5 }\n");
  const auto& model = tables.sections.at("model");
  EXPECT_EQ(std::get<std::int64_t>(model.at("n_bits__op_inputs").value), 4);
  EXPECT_EQ(std::get<std::int64_t>(model.at("n_bits__op_leaves").value), 6);
  EXPECT_EQ(std::get<std::string>(model.at("class_weight").value), "a: 2, b: 0.5");
  EXPECT_EQ(model.at("class_weight").line, 3);
  EXPECT_THROW(given("[data]\nrows = { low = 4 }\n"), Error);
}

TEST(Rules, EmptyListsFitEveryListType) {
  const Settings search =
      section_settings(given("[search]\nconstraints = []\n"), "search", search_rules());
  EXPECT_TRUE(search.texts("constraints").empty());
}

pipeline::DataSpec source(const std::string& file, const std::string& csv, const std::string& label,
                          const std::string& generate) {
  pipeline::DataSpec data;
  data.file = file;
  data.csv = csv;
  data.label = label;
  data.generate = generate;
  return data;
}

TEST(Rules, WantsExactlyOneSourceOfData) {
  const GivenSettings none = given("");
  EXPECT_THROW(check_source(none, source("", "", "", "")), Error);
  EXPECT_THROW(check_source(none, source("a.h5", "", "", "moons")), Error);
  EXPECT_THROW(check_source(none, source("", "a.csv", "", "")), Error);
  EXPECT_NO_THROW(check_source(none, source("", "a.csv", "y", "")));
}

}  // namespace
}  // namespace basalt::io::rules_test
