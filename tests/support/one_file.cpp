// Chooses the tests of one source file in a program that holds the tests of many.
#include "support/one_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace basalt::testing_support {

namespace {

/// A filter that lets through the tests whose source ends in `/tests/PATH_test.cpp`.
std::string filter_of(std::string_view path) {
  const std::string ending = "tests/" + std::string(path) + "_test.cpp";
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  std::string filter;
  for (int suite = 0; suite < all.total_test_suite_count(); ++suite) {
    const testing::TestSuite& tests = *all.GetTestSuite(suite);
    for (int test = 0; test < tests.total_test_count(); ++test) {
      const testing::TestInfo& info = *tests.GetTestInfo(test);
      if (!std::string_view(info.file()).ends_with(ending)) continue;
      filter += std::string(tests.name()) + "." + info.name() + ":";
    }
  }
  return filter;
}

}  // namespace

std::string choose_file(int& count, char** arguments) {
  constexpr std::string_view option = "--file=";
  char** const end = arguments + count;
  char** const found = std::find_if(arguments + 1, end, [&](const char* argument) {
    return std::string_view(argument).starts_with(option);
  });
  if (found == end) return "";
  const std::string filter = filter_of(std::string_view(*found).substr(option.size()));
  if (filter.empty()) return "no test of this program stands in the file of " + std::string(*found);
  testing::GTEST_FLAG(filter) = filter;
  std::rotate(found, found + 1, end);
  --count;
  return "";
}

}  // namespace basalt::testing_support
