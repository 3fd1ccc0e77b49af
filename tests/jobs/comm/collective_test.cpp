#include "jobs/comm/collective.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "jobs/ranks.hpp"

namespace basalt::jobs::collective_test {
namespace {

TEST(RunTogether, ReturnsWhenTheStepWentWellEverywhere) {
  for (int round = 0; round < 50; ++round) {
    int calls = 0;
    run_on_all_ranks(world(), [&] { ++calls; });
    ASSERT_EQ(calls, 1);
  }
}

TEST(RunTogether, ThrowsTheSameErrorOnAllRanksWhereverItHappened) {
  for (int culprit = 0; culprit < world().size(); ++culprit) {
    try {
      run_on_all_ranks(world(), [&] {
        if (world().rank() < culprit) return;
        throw Error(ErrorCode::corrupt, concat("file of rank ", world().rank()), "lr");
      });
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt);
      EXPECT_EQ(error.subject(), "lr");
      EXPECT_EQ(error.what(), concat("file of rank ", culprit));
    }
  }
}

TEST(RunTogether, TurnsAForeignExceptionIntoAnError) {
  try {
    run_on_all_ranks(world(), [] { throw std::runtime_error("odd"); });
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::internal);
    EXPECT_STREQ(error.what(), "odd");
  }
}

}  // namespace
}  // namespace basalt::jobs::collective_test
