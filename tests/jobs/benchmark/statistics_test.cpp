#include "jobs/benchmark/statistics.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::statistics_test {
namespace {

using Samples = std::vector<double>;

TEST(Median, IsTheMiddleOfTheSortedSamples) {
  EXPECT_EQ(median(Samples{3, 1, 2}), 2);
  EXPECT_EQ(median(Samples{4, 1, 2, 3}), 2.5);
  expect_error(ErrorCode::invalid_argument, "there are no samples", [&] { median(Samples{}); });
}

TEST(MedianInterval, IsTheOneOfTheTables) {
  Samples ten;
  for (int i = 1; i <= 10; ++i) ten.push_back(i);
  EXPECT_EQ(median_interval(ten).low, 2);  // 97.9 % for ranks 2 and 9 of 10
  EXPECT_EQ(median_interval(ten).high, 9);
  EXPECT_EQ(median_interval(Samples{5, 6, 7, 8, 9, 10}).low, 5);  // 96.9 % for ranks 1 and 6 of 6
  EXPECT_EQ(median_interval(Samples{5}).high, 5);
}

TEST(MannWhitney, HasTheExactProbabilitiesOfSmallSets) {
  EXPECT_NEAR(mann_whitney(Samples{1, 2, 3}, Samples{4, 5, 6}), 2.0 / 20, 1e-12);
  EXPECT_NEAR(mann_whitney(Samples{1, 2, 4}, Samples{3, 5, 6}), 4.0 / 20, 1e-12);
  EXPECT_EQ(mann_whitney(Samples{1, 2}, Samples{1, 2}), 1.0);
  EXPECT_EQ(mann_whitney(Samples{}, Samples{1, 2}), 1.0);
}

TEST(MannWhitney, IsSymmetric) {
  const Samples a{1, 5, 9, 2}, b{3, 4, 8, 10, 12};
  EXPECT_NEAR(mann_whitney(a, b), mann_whitney(b, a), 1e-12);
}

TEST(MannWhitney, RaisesFewFalseAlarms) {
  RandomStream random(Seed{4});
  int alarms = 0;
  for (int round = 0; round < 2000; ++round) {
    Samples a(10), b(10);
    for (double& x : a) x = random.gaussian();
    for (double& x : b) x = random.gaussian();
    alarms += mann_whitney(a, b) < 0.01 ? 1 : 0;
  }
  // At most 1 % of 2000 in the mean; 46 is 6 standard deviations above.
  EXPECT_LE(alarms, 46);
}

}  // namespace
}  // namespace basalt::jobs::statistics_test
