#include "search/summary.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::search::summary_test {
namespace {

Trial trial(TrialId id, double accuracy, double seconds, TrialState state = TrialState::completed) {
  Trial made;
  made.state = state;
  made.outcome.task.trial = id;
  made.outcome.record.result = {{"test_accuracy", accuracy}, {"seconds", seconds}};
  made.losses = {-accuracy, seconds};
  made.feasible = state == TrialState::completed;
  return made;
}

std::vector<Trial> some() {
  std::vector<Trial> trials{trial(0, 0.9, 2), trial(1, 0.95, 4), trial(2, 0.95, 3),
                            trial(3, 0.99, 1, TrialState::stopped),
                            trial(4, 0, 0, TrialState::failed)};
  trials[0].on_front = trials[2].on_front = true;
  return trials;
}

TEST(Summary, NamesTheBestByTheFirstObjectiveThenTheOthers) {
  const SweepSummary summary = summarize(some(), 5);
  EXPECT_EQ(summary.best, 2u);
  EXPECT_EQ(summary.front, (std::vector<TrialId>{0, 2}));
  EXPECT_EQ(summary.completed, 3u);
  EXPECT_EQ(summary.stopped, 1u);
  EXPECT_EQ(summary.failed, 1u);
  EXPECT_NEAR(summary.hypervolume, (0.95 - 0.9) * (4 - 3), 1e-12);
}

TEST(Summary, NamesTheBaselineWhereItIsNoWorseForLess) {
  const auto standing = [](double baseline, double bootstraps) {
    std::vector<Trial> trials = some();
    for (Trial& one : trials) {
      one.outcome.record.result["pbs_per_row"] = 8;
      one.outcome.record.result["baseline_test_accuracy"] = baseline;
      one.outcome.record.result["baseline_pbs_per_row"] = bootstraps;
    }
    return standing_of_baseline(summarize(trials, 5));
  };
  EXPECT_TRUE(standing(0.95, 0)->baseline_wins());
  EXPECT_FALSE(standing(0.95, 8)->baseline_wins());
  EXPECT_FALSE(standing(0.94, 0)->baseline_wins());
  EXPECT_EQ(standing(0.94, 0)->best, 0.95);
  EXPECT_FALSE(standing_of_baseline(summarize(some(), 5)).has_value());
  EXPECT_FALSE(standing_of_baseline(summarize({}, 5)).has_value());
}

TEST(Summary, HasADigestOfEveryResultInOrder) {
  const Digest before = summarize(some(), 5).results_digest;
  std::vector<Trial> changed = some();
  changed[4].outcome.record.reason = "diverged";
  EXPECT_NE(summarize(changed, 5).results_digest, before);
  changed = some();
  changed[0].outcome.record.timing["train"] = 9;
  EXPECT_EQ(summarize(changed, 5).results_digest, before);
}

TEST(Summary, HasNoBestWithoutAFeasibleTrial) {
  const SweepSummary summary = summarize({trial(0, 0, 0, TrialState::failed)}, 1);
  EXPECT_FALSE(summary.best.has_value());
  expect_error(ErrorCode::internal, "has not ended", [&] { summary.trial(1); });
}

}  // namespace
}  // namespace basalt::search::summary_test
