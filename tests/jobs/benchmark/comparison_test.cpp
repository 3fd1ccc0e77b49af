#include "jobs/benchmark/comparison.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace basalt::jobs::comparison_test {
namespace {

/// Two variants and a control, each step about 1 s with 1 % of noise, times `factor`.
BenchmarkResults results(std::uint64_t seed, double factor = 1.0) {
  RandomStream random(Seed{seed});
  BenchmarkResults made;
  made.environment = {{"processor", "fast"}};
  for (const char* variant : {"{a = 1}", "{a = 1} control", "{a = 2}"}) {
    for (std::uint64_t repetition = 0; repetition < 12; ++repetition) {
      Measurement one;
      one.variant = variant;
      one.repetition = repetition;
      one.seconds["train"] = factor * (1.0 + 0.01 * random.gaussian());
      made.measurements.push_back(one);
    }
  }
  return made;
}

TEST(Comparison, FindsATrueSlowdownOfEveryVariant) {
  const Comparison comparison = compare(results(1), results(2, 1.2));
  ASSERT_EQ(comparison.differences.size(), 2u);
  EXPECT_TRUE(comparison.slower());
  for (const Difference& one : comparison.differences) {
    EXPECT_EQ(one.verdict, Difference::Verdict::slower);
    EXPECT_NEAR(one.change, 0.2, 0.03);
  }
  EXPECT_FALSE(compare(results(1, 1.2), results(2)).slower());
}

TEST(Comparison, RaisesNoAlarmOnEqualCampaigns) {
  int alarms = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    alarms += compare(results(2 * seed), results(2 * seed + 1)).slower() ? 1 : 0;
  }
  EXPECT_LE(alarms, 2);  // at most 1 %
}

TEST(Comparison, IgnoresWhatIsSmallAgainstTheControl) {
  BenchmarkResults before = results(1), after = results(2, 1.1);
  for (Measurement& one : after.measurements) {
    if (one.variant.ends_with("control")) one.seconds["train"] *= 1.05;
  }
  EXPECT_FALSE(compare(before, after).slower());
}

TEST(Comparison, NamesVariantsThatComputeOtherThingsOrAreMissing) {
  BenchmarkResults before = results(1), after = results(2);
  for (Measurement& one : after.measurements) {
    if (one.variant == "{a = 2}") one.result = Digest::from_hex(std::string(64, '1'));
  }
  EXPECT_EQ(compare(before, after).other_results, std::vector<std::string>{"{a = 2}"});
  for (Measurement& one : after.measurements) {
    if (one.variant == "{a = 2}") one.variant = "{a = 3}";
  }
  EXPECT_EQ(compare(before, after).unmatched, (std::vector<std::string>{"{a = 2}", "{a = 3}"}));
}

TEST(Comparison, NamesWhatDiffersInTheEnvironment) {
  BenchmarkResults before = results(1), after = results(2);
  EXPECT_TRUE(different_environment(before, after).empty());
  after.environment = {{"processor", "slow"}, {"ranks", "2"}};
  EXPECT_EQ(different_environment(before, after), (std::vector<std::string>{"processor", "ranks"}));
}

}  // namespace
}  // namespace basalt::jobs::comparison_test
