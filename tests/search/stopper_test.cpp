#include "search/stopper.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"

namespace basalt::search::stopper_test {
namespace {

void expect_cover(const std::vector<Bracket>& brackets, std::size_t trials) {
  TrialId next = 0;
  for (const Bracket& bracket : brackets) {
    EXPECT_EQ(bracket.first, next);
    EXPECT_GE(bracket.count, 1u);
    ASSERT_FALSE(bracket.shares.empty());
    EXPECT_EQ(bracket.shares.back(), 1.0);
    EXPECT_TRUE(std::ranges::is_sorted(bracket.shares));
    next += bracket.count;
  }
  EXPECT_EQ(next, trials);
}

TEST(Stopper, LeavesEveryTrialAloneWithoutOne) {
  const auto brackets = plan_brackets({"none", 5, 5, 27});
  expect_cover(brackets, 5);
  EXPECT_EQ(brackets.size(), 5u);
  for (const Bracket& bracket : brackets) EXPECT_EQ(bracket.shares.size(), 1u);
}

TEST(Stopper, HalvesAllTrialsByThirds) {
  const auto brackets = plan_brackets({"halving", 27, 27, 27});
  ASSERT_EQ(brackets.size(), 1u);
  const std::vector<double> shares = brackets.front().shares;
  ASSERT_EQ(shares.size(), 4u);
  EXPECT_DOUBLE_EQ(shares[0], 1.0 / 27);
  EXPECT_DOUBLE_EQ(shares[2], 1.0 / 3);
}

TEST(Stopper, KeepsBracketsWithinTheWindow) {
  const auto brackets = plan_brackets({"halving", 20, 8, 27});
  expect_cover(brackets, 20);
  EXPECT_EQ(brackets.size(), 3u);
  for (const Bracket& bracket : brackets) EXPECT_LE(bracket.count, 8u);
}

TEST(Stopper, GivesShortTrainingFewRungs) {
  EXPECT_EQ(plan_brackets({"halving", 27, 27, 2}).front().shares.size(), 1u);
  EXPECT_EQ(plan_brackets({"halving", 27, 27, 9}).front().shares.size(), 3u);
}

TEST(Stopper, TakesHyperbandsDepthsInTurn) {
  const auto brackets = plan_brackets({"hyperband", 40, 40, 9});
  expect_cover(brackets, 40);
  ASSERT_GE(brackets.size(), 4u);
  EXPECT_EQ(brackets[0].count, 9u);  // depths 2, 1, 0: 9, 5, 3 trials as in the paper for R = 9
  EXPECT_EQ(brackets[1].count, 5u);
  EXPECT_EQ(brackets[2].count, 3u);
  EXPECT_EQ(brackets[3].count, 9u);
  EXPECT_EQ(brackets[0].shares.size(), 3u);
  EXPECT_EQ(brackets[1].shares.size(), 2u);
  EXPECT_EQ(brackets[2].shares.size(), 1u);
}

TEST(Stopper, RefusesAnUnknownNameAndModelsWithoutEpochs) {
  for (const StopperSpec& spec : {StopperSpec{"halvin", 4, 4, 9}, {"halving", 4, 4, 0}}) {
    try {
      plan_brackets(spec);
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.subject(), "stopper");
    }
  }
}

TEST(Stopper, PromotesTheBetterThird) {
  EXPECT_EQ(promoted(9), 3u);
  EXPECT_EQ(promoted(8), 2u);
  EXPECT_EQ(promoted(1), 1u);
  EXPECT_EQ(promoted(0), 0u);
}

}  // namespace
}  // namespace basalt::search::stopper_test
