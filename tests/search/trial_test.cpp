#include "search/trial.hpp"

#include <gtest/gtest.h>

#include "search/campaigns.hpp"

namespace basalt::search::trial_test {
namespace {

TrialOutcome outcome() {
  TrialOutcome made;
  made.task = {3, 0, 1.0, {{"lr", 0.01}, {"module__n_w_bits", std::int64_t{2}}}};
  made.record.result["test_accuracy"] = 0.9;
  return made;
}

TEST(TrialOutcome, HasADigestOfItsResultButNotOfItsTimings) {
  const Digest before = outcome().digest();
  TrialOutcome timed = outcome();
  timed.record.timing["train"] = 5.0;
  EXPECT_EQ(timed.digest(), before);

  TrialOutcome other = outcome();
  other.record.result["test_accuracy"] = 0.91;
  EXPECT_NE(other.digest(), before);
  other = outcome();
  other.task.configuration["lr"] = 0.02;
  EXPECT_NE(other.digest(), before);
  other = outcome();
  other.record.state = pipeline::Record::State::failed;
  EXPECT_NE(other.digest(), before);
}

TEST(Trial, HasASeedOfItsOwn) {
  EXPECT_EQ(trial_seed(Seed{1}, 5).value, trial_seed(Seed{1}, 5).value);
  EXPECT_NE(trial_seed(Seed{1}, 5).value, trial_seed(Seed{1}, 6).value);
  EXPECT_NE(trial_seed(Seed{1}, 5).value, trial_seed(Seed{2}, 5).value);
}

TEST(Trial, ShowsItsConfigurationAsOneLine) {
  EXPECT_EQ(to_text(outcome().task.configuration), "{lr = 0.01, module__n_w_bits = 2}");
  EXPECT_EQ(to_text(Configuration{}), "{}");
}

}  // namespace
}  // namespace basalt::search::trial_test
