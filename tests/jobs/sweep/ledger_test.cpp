#include "jobs/sweep/ledger.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::ledger_test {
namespace {

using testing_support::TemporaryFolder;

const Digest id = Digest::from_hex(std::string(64, '7'));

search::TrialOutcome outcome(search::TrialId trial, double accuracy) {
  search::TrialOutcome made;
  made.task.trial = trial;
  made.task.configuration = {{"lr", 0.1}};
  made.record.result["test_accuracy"] = accuracy;
  return made;
}

TEST(OutcomeLedger, FindsWhatSeveralLivesHaveWritten) {
  const TemporaryFolder folder;
  for (search::TrialId trial = 0; trial < 3; ++trial) {
    OutcomeWriter(folder.path(), id).append({outcome(trial, 0.5)});
  }

  const OutcomeLedger ledger(folder.path(), id);

  for (search::TrialId trial = 0; trial < 3; ++trial) {
    const search::TrialOutcome* found = ledger.find(outcome(trial, 0).task);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->digest(), outcome(trial, 0.5).digest());
  }
  EXPECT_EQ(ledger.find(outcome(3, 0).task), nullptr);
  EXPECT_TRUE(ledger.contradictions().empty());
}

TEST(OutcomeLedger, WritesNoJournalWithoutAnOutcome) {
  const TemporaryFolder folder;
  { const OutcomeWriter writer(folder.path(), id); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(OutcomeLedger, NamesTrialsWithTwoResultsOnce) {
  const TemporaryFolder folder;
  OutcomeLedger ledger(folder.path(), id);
  for (const double accuracy : {0.5, 0.5, 0.6, 0.7}) ledger.note(outcome(9, accuracy));
  EXPECT_EQ(ledger.contradictions(), std::vector<search::TrialId>{9});
}

TEST(OutcomeLedger, RefusesATaskThatWasRunWithAnotherConfiguration) {
  const TemporaryFolder folder;
  OutcomeLedger ledger(folder.path(), id);
  ledger.note(outcome(1, 0.5));
  search::TrialTask task = outcome(1, 0.5).task;
  task.configuration["lr"] = 0.2;
  expect_error(ErrorCode::mismatch, "version of basalt that began", [&] { ledger.find(task); });
}

TEST(OutcomeLedger, RefusesJournalsOfAnotherCampaign) {
  const TemporaryFolder folder;
  OutcomeWriter(folder.path(), id).append({outcome(1, 0.5)});
  expect_error(ErrorCode::mismatch, "belongs to campaign",
               [&] { OutcomeLedger(folder.path(), Digest{}); });
}

}  // namespace
}  // namespace basalt::jobs::ledger_test
