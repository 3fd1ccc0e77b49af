#include "jobs/comm/time_limit.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "support/wait.hpp"

namespace basalt::jobs::time_limit_test {
namespace {

TEST(TimeLimit, GivesUpOnceWhenItsTimeIsOver) {
  std::atomic<int> calls = 0;
  const TimeLimit limit({0.01}, [&] { ++calls; });

  EXPECT_TRUE(testing_support::comes_true([&] { return calls > 0; }));
  EXPECT_EQ(calls, 1);
}

TEST(TimeLimit, GivesUpNothingThatEndsInTime) {
  std::atomic<int> calls = 0;
  {
    const TimeLimit limit({3600.0}, [&] { ++calls; });
  }

  EXPECT_EQ(calls, 0);
}

TEST(TimeLimit, OfZeroIsNone) {
  std::atomic<int> calls = 0;
  {
    const TimeLimit limit({0.0}, [&] { ++calls; });
    EXPECT_FALSE(
        testing_support::comes_true([&] { return calls > 0; }, std::chrono::milliseconds(50)));
  }
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace basalt::jobs::time_limit_test
