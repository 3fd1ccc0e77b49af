#include "io/config/toml_document.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::io::toml_document_test {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse_toml(text, "job.toml");
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "accepted: " << text;
  return {};
}

TEST(TomlDocument, KeepsSectionsKeysAndLines) {
  const TomlDocument text = parse_toml(
      "seed = 7\n\n[data]\nz = 1.5\na = [1, 2]\n[space]\n"
      "lr = { low = 1e-3, high = 1, log = true }\n",
      "job.toml");

  EXPECT_EQ(text.sections.at("").entries.at(0).key, "seed");
  EXPECT_EQ(text.sections.at("data").line, 3);
  const TomlSection& data = text.sections.at("data");
  EXPECT_EQ(data.entries.at(0).key, "z");  // in the order of the file, not of the alphabet
  EXPECT_EQ(std::get<SettingValue>(data.entries.at(0).value), SettingValue(1.5));
  EXPECT_EQ(data.entries.at(1).line, 5);
  EXPECT_EQ(std::get<TomlArray>(data.entries.at(1).value).size(), 2U);
  const auto& range = std::get<TomlInlineTable>(text.sections.at("space").entries.at(0).value);
  EXPECT_EQ(range.at("high").value, SettingValue(std::int64_t{1}));
  EXPECT_EQ(range.at("log").value, SettingValue(true));
}

TEST(TomlDocument, KeepsListsInsideChoices) {
  const TomlDocument text = parse_toml("[space]\nmodule__hidden = [[32], [64, 32]]\n", "job.toml");
  const auto& choices = std::get<TomlArray>(text.sections.at("space").entries.at(0).value);
  EXPECT_EQ(choices.at(1), SettingValue(std::vector<std::int64_t>{64, 32}));
}

TEST(TomlDocument, NamesFileAndLineOfSyntaxErrors) {
  EXPECT_EQ(refusal("a = 1\n[model\n").find("job.toml:2: "), 0U);
  EXPECT_EQ(refusal("a = 1\nb = = 2\n").find("job.toml:2: "), 0U);
  EXPECT_EQ(refusal("a = 1\na = 2\n").find("job.toml:2: "), 0U);
  EXPECT_EQ(refusal("x = 1\nday = 2020-01-02\n").find("job.toml:2: "), 0U);
  EXPECT_EQ(refusal("x = [[1, \"a\"]]\n").find("job.toml:1: "), 0U);
}

TEST(TomlDocument, ListsTakeTheWidestNumberType) {
  EXPECT_EQ(list_setting({std::int64_t{1}, 2.5}), SettingValue(std::vector<double>{1.0, 2.5}));
  EXPECT_EQ(list_setting({std::string("a")}), SettingValue(std::vector<std::string>{"a"}));
  EXPECT_EQ(list_setting({}), SettingValue(std::vector<std::int64_t>{}));
  expect_error(ErrorCode::invalid_argument, "expected a list of numbers", [&] {
    list_setting({std::int64_t{1}, std::string("a")});
  });
}

}  // namespace
}  // namespace basalt::io::toml_document_test
