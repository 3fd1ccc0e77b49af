// Fruitless looks are farther and farther apart, and near again once something has come.
#include <gtest/gtest.h>

#include <chrono>

#include "jobs/comm/communicator.hpp"

namespace basalt::jobs::backoff_test {
namespace {

using Clock = std::chrono::steady_clock;

TEST(Backoff, SleepsLongerEachTimeAndNoLongerThanAMillisecondByItself) {
  Backoff backoff;
  for (const int least : {20, 40, 80, 160, 320, 640, 1000, 1000}) {
    const auto begin = Clock::now();
    backoff.sleep();
    EXPECT_GE(Clock::now() - begin, std::chrono::microseconds(least));
  }
}

}  // namespace
}  // namespace basalt::jobs::backoff_test
