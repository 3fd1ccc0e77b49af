// Tests of finding the lines of settings.
#include "pipeline/given_settings.hpp"

#include <gtest/gtest.h>

namespace basalt::pipeline::given_settings_test {
namespace {

/// `file` in two sections, `lr` in two of which one is [baseline].
GivenSettings two_files() {
  GivenSettings given;
  given.file = "r.toml";
  given.section_lines = {{"data", 2}, {"model", 4}, {"baseline", 7}};
  given.sections["data"]["file"] = {std::string("d.h5"), 3};
  given.sections["model"]["file"] = {std::string("m.h5"), 5};
  given.sections["model"]["lr"] = {0.1, 6};
  given.sections["baseline"]["lr"] = {0.2, 8};
  return given;
}

Error error_of(const std::string& subject) {
  return Error(ErrorCode::invalid_argument, "cannot be", subject);
}

TEST(GivenSettings, EqualKeysOfTwoSectionsAreNotConfused) {
  const GivenSettings given = two_files();
  EXPECT_EQ(given.line_of("data", "file"), 3);
  EXPECT_EQ(given.line_of("model", "file"), 5);
  EXPECT_STREQ(located(given, "data", error_of("file")).what(), "r.toml:3: cannot be");
  EXPECT_STREQ(located(given, "model", error_of("file")).what(), "r.toml:5: cannot be");
}

TEST(GivenSettings, ALateErrorIsPlacedIfOneSectionAloneGivesItsSubject) {
  const GivenSettings given = two_files();
  EXPECT_STREQ(located(given, error_of("lr")).what(), "r.toml:6: cannot be");
  EXPECT_STREQ(located(given, error_of("file")).what(), "r.toml: cannot be");
  EXPECT_STREQ(located(given, error_of("data")).what(), "r.toml:2: cannot be");
  EXPECT_STREQ(located(given, error_of("")).what(), "r.toml: cannot be");
}

TEST(GivenSettings, APlaceThatIsKnownStays) {
  const Error placed = located(two_files(), "model", error_of("lr"));
  EXPECT_STREQ(located(two_files(), "baseline", placed).what(), "r.toml:6: cannot be");
}

}  // namespace
}  // namespace basalt::pipeline::given_settings_test
