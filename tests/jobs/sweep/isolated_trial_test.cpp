#include "jobs/sweep/isolated_trial.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "jobs/child/child_process.hpp"
#include "support/temporary_folder.hpp"

extern char** environ;

namespace basalt::jobs::isolated_trial_test {
namespace {

using State = pipeline::Record::State;

struct Patient {
  testing_support::TemporaryFolder folder;
  search::TrialId next = 0;
  TrialFunction function;

  explicit Patient(Seconds timeout = {0.0}) {
    IsolationSpec spec;
    spec.run = Hasher("test").finish();
    spec.timeout = timeout;
    spec.memory = std::uint64_t{96} << 20;
    spec.logs = folder.path();
    spec.environment = environment_without_ranks(environ);
    spec.command = {TRIAL_DRIVER, spec.run.hex(), concat(getpid()), concat(spec.memory),
                    folder.path()};
    function = isolated_trial(spec);
  }

  pipeline::Record run(const std::string& deed) {
    search::TrialTask task;
    task.trial = next++;
    task.configuration["deed"] = deed;
    return function(task);
  }
  std::string log(search::TrialId trial) const {
    return io::read_text(folder.file(concat("trial-00000", trial, "-0.log")));
  }
};

void expect_failure(const pipeline::Record& record, const std::string& reason) {
  EXPECT_EQ(record.state, State::failed);
  EXPECT_EQ(record.reason, reason);
}

TEST(IsolatedTrial, ServesOneTrialAfterTheOtherInOneProcess) {
  Patient patient;
  const pipeline::Record first = patient.run("nothing"), second = patient.run("nothing");

  EXPECT_EQ(first.state, State::completed);
  EXPECT_EQ(second.result.at("trial"), 1.0);
  EXPECT_EQ(first.result.at("process"), second.result.at("process"));
  EXPECT_NE(first.result.at("process"), getpid());
}

TEST(IsolatedTrial, ThatEndsItsProcessHasFailedWithTheReason) {
  Patient patient;
  expect_failure(patient.run("segfault"),
                 "the trial's process ended by signal 11 (Segmentation fault)");
  expect_failure(patient.run("abort"), "the trial's process ended by signal 6 (Aborted)");
  expect_failure(patient.run("exit"), "the trial's process ended with exit status 9");
  expect_failure(patient.run("die of kill"),
                 "the trial's process ended by signal 9 (Killed), 3 times; it may need more memory "
                 "than this machine has");

  EXPECT_EQ(patient.run("nothing").state, State::completed);
  EXPECT_EQ(patient.log(1), "free(): invalid pointer\n");
}

TEST(IsolatedTrial, ThatLoopsEndsAtItsTimeout) {
  Patient patient({2.0});  // "nothing" must not take as long on any machine
  expect_failure(patient.run("loop"), timeout_reason({2.0}));
  expect_failure(patient.run("fork and loop"), timeout_reason({2.0}));
  EXPECT_EQ(patient.run("nothing").state, State::completed);
}

TEST(IsolatedTrial, ThatEatsMemoryEndsAtItsLimit) {
  Patient patient;
  expect_failure(patient.run("eat"), concat(memory_reason, " (limit 96 MiB)"));
  EXPECT_EQ(patient.run("nothing").state, State::completed);
}

TEST(IsolatedTrial, DoesNotSufferFromTheTrialBeforeIt) {
  Patient patient;
  const auto process = patient.run("nothing").result.at("process");

  EXPECT_EQ(patient.run("segfault unless fresh").state, State::completed);
  EXPECT_EQ(patient.run("eat unless fresh").state, State::completed);
  EXPECT_NE(patient.run("nothing").result.at("process"), process);
}

TEST(IsolatedTrial, ThatIsKilledFromOutsideIsRepeated) {
  Patient patient;
  std::ofstream(patient.folder.file("kill me early"));
  EXPECT_EQ(patient.run("be killed once").state, State::completed);
  EXPECT_TRUE(std::filesystem::exists(patient.folder.file("killed")));
  EXPECT_TRUE(std::filesystem::exists(patient.folder.file("killed early")));
}

TEST(IsolatedTrial, MayBabbleAndTalkNonsense) {
  Patient patient;
  EXPECT_EQ(patient.run("babble").state, State::completed);
  EXPECT_EQ(patient.run("nonsense").state, State::failed);
  EXPECT_EQ(patient.run("nothing").state, State::completed);
}

TEST(IsolatedTrial, PassesOnWhatEndsTheWholeSweep) {
  Patient patient;
  try {
    patient.run("raise");
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
    EXPECT_STREQ(error.what(), "disk full");
  }
}

TEST(IsolatedTrial, ThatCannotStartIsAnErrorWithTheWordsOfTheProgram) {
  IsolationSpec spec;
  spec.command = {"/bin/sh", "-c", "echo no such data >&2; exit 2"};
  try {
    isolated_trial(spec)(search::TrialTask{});
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("exit status 2"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("no such data"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace basalt::jobs::isolated_trial_test
