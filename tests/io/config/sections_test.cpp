#include "io/config/sections.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::io::sections_test {
namespace {

pipeline::GivenSettings given(const std::string& text) {
  return given_settings(parse_toml(text, "job.toml"));
}

TEST(Sections, ProposesTheNearestSection) {
  try {
    given("[modle]\nx = 1\n");
    FAIL() << "an unknown section was accepted";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "job.toml:1: unknown section [modle]; did you mean [model]?");
    EXPECT_EQ(error.place(), (Place{"job.toml", 1}));
  }
}

TEST(Sections, KnowsTheLineOfEverySectionAndKey) {
  const pipeline::GivenSettings two =
      given("seed = 1\n[data]\nfile = \"d\"\n[model]\nfile = \"m\"\n");

  EXPECT_EQ(two.line_of("", "seed"), 1);
  EXPECT_EQ(two.section_lines.at("model"), 4);
  EXPECT_EQ(two.line_of("data", "file"), 3);
  EXPECT_EQ(two.line_of("model", "file"), 5);
}

TEST(Sections, TablesOfAModelAreKeysOfTheirOwn) {
  const pipeline::GivenSettings tables = given(
      "[model]\nn_bits = { op_inputs = 4, op_leaves = 6 }\nclass_weight = { a = 2, b = 0.5 }\n");
  const auto& model = tables.sections.at("model");
  EXPECT_EQ(std::get<std::int64_t>(model.at("n_bits__op_inputs").value), 4);
  EXPECT_EQ(std::get<std::int64_t>(model.at("n_bits__op_leaves").value), 6);
  EXPECT_EQ(std::get<std::string>(model.at("class_weight").value), "a: 2, b: 0.5");
  EXPECT_EQ(model.at("class_weight").line, 3);
  expect_error(ErrorCode::invalid_argument, "table of ranges belongs into",
               [&] { given("[data]\nrows = { low = 4 }\n"); });
}

}  // namespace
}  // namespace basalt::io::sections_test
