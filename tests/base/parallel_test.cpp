// Tests of thread teams: every item once, exceptions, reuse.
#include "base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::parallel_test {
namespace {

class Team : public testing::TestWithParam<std::size_t> {};

TEST_P(Team, VisitsEveryItemOnceInEveryRound) {
  ThreadTeam team(GetParam());
  std::vector<std::atomic<int>> visits(1000);

  for (int round = 0; round < 20; ++round) {
    team.for_each(visits.size(), [&](std::size_t item, std::size_t thread) {
      EXPECT_LT(thread, team.size());
      ++visits[item];
    });
  }

  for (const auto& count : visits) EXPECT_EQ(count.load(), 20);
}

TEST_P(Team, ThrowsTheFirstExceptionToItsCallerAndWorksOn) {
  ThreadTeam team(GetParam());
  const auto fail_at_17 = [](std::size_t item, std::size_t) {
    require(item != 17, ErrorCode::io, "item 17");
  };

  expect_error(ErrorCode::io, "item", [&] { team.for_each(100, fail_at_17); });

  std::atomic<int> done = 0;
  team.for_each(100, [&](std::size_t, std::size_t) { ++done; });
  EXPECT_EQ(done.load(), 100);
}

TEST_P(Team, AnEmptyLoopReturns) {
  ThreadTeam team(GetParam());
  bool called = false;

  team.for_each(0, [&](std::size_t, std::size_t) { called = true; });

  EXPECT_FALSE(called);
  EXPECT_EQ(team.size(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Sizes, Team, testing::Values(1, 2, 3, 8));

TEST(ThreadTeam, RefusesZeroThreads) {
  expect_error(ErrorCode::invalid_argument, "expected at least", [&] { ThreadTeam(0); });
}

TEST(UsableProcessors, IsAtLeastOne) {
  EXPECT_GE(usable_processors(), 1u);
}

}  // namespace
}  // namespace basalt::parallel_test
