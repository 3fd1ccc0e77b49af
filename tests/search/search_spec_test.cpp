#include "search/search_spec.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::search::search_spec_test {
namespace {

TEST(SearchSpec, DefaultsOfTheRulesAreThoseOfTheSpec) {
  Settings settings;
  settings.complete(search_rules());

  const SearchSpec made = make_search_spec(settings), spec;

  EXPECT_EQ(made.sampler, spec.sampler);
  EXPECT_EQ(made.trials, spec.trials);
  EXPECT_EQ(made.window, spec.window);
  EXPECT_EQ(made.objectives, spec.objectives);
  EXPECT_EQ(made.stopper, spec.stopper);
  EXPECT_EQ(made.timeout.value, spec.timeout.value);
  EXPECT_EQ(made.memory, spec.memory);
  EXPECT_EQ(made.constraints, spec.constraints);
}

TEST(SearchSpec, WantsAnObjective) {
  Settings settings;
  settings.set(search_rules(), "objectives", std::vector<std::string>{});
  settings.complete(search_rules());
  try {
    make_search_spec(settings);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "objectives");
  }
}

TEST(SearchSpec, DurationsHaveUnits) {
  EXPECT_DOUBLE_EQ(parse_duration("t", "90 s").value, 90.0);
  EXPECT_DOUBLE_EQ(parse_duration("t", "1.5h").value, 5400.0);
  EXPECT_DOUBLE_EQ(parse_duration("t", "250 ms").value, 0.25);
  expect_error(ErrorCode::invalid_argument, "expected a duration such as",
               [&] { parse_duration("t", "-1 s"); });
  expect_error(ErrorCode::invalid_argument, "expected a duration such as",
               [&] { parse_duration("t", "10 parsecs"); });
}

TEST(SearchSpec, ReadsSizesWithTheirUnits) {
  EXPECT_EQ(parse_bytes("memory", "512 MB"), 512000000u);
  EXPECT_EQ(parse_bytes("memory", "1.5GiB"), std::uint64_t{3} << 29);
  EXPECT_EQ(parse_bytes("memory", "4096"), 4096u);
  for (const char* wrong : {"", "0", "-1 GB", "1 TB of it", "1e300 GB", "nan"}) {
    SCOPED_TRACE(wrong);
    expect_error(ErrorCode::invalid_argument, "expected a size such as",
                 [&] { parse_bytes("memory", wrong); });
  }
}

}  // namespace
}  // namespace basalt::search::search_spec_test
