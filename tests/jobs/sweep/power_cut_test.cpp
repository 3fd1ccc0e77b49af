// The power goes while a sweep of real trials runs: whatever a disk may keep of what was not
// synced, nothing that was reported is lost, and the same sweep goes on to the same result.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "base/error.hpp"
#include "io/config/campaign_config.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/model_store.hpp"
#include "jobs/disk_trace.hpp"
#include "jobs/sweep/pipeline_trial.hpp"
#include "learn/data/generate.hpp"
#include "support/kernels.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::power_cut_test {
namespace {

using testing_support::Disk;
using testing_support::DiskChange;
using testing_support::TemporaryFolder;
namespace files = std::filesystem;

search::Campaign campaign() {
  return io::parse_campaign(R"(name = "power"
seed = 3
[data]
generate = "moons"
rows = 60
[model]
estimator = "LogisticRegression"
[fhe]
execute_rows = 0
[space]
n_bits = { low = 3, high = 8 }
C = { low = 1e-2, high = 1e2, log = true }
[search]
sampler = "tpe"
trials = 12
window = 4
)",
                            "power.toml");
}

struct SweepRun {
  std::set<search::TrialId> ran;
  SweepResult result;
};

/// Runs what is left of the sweep in a folder; `report` is called for every trial as it ends.
SweepRun run_sweep_in(const files::path& folder,
                      const std::function<void(search::TrialId)>& report) {
  const search::Campaign swept = campaign();
  ThreadTeam team{1};
  infer::Engine engine{testing_support::chosen_kernels(), team};
  const TrialFunction trial =
      pipeline_trial(swept, {SweepFolder(folder),
                             [](const pipeline::Recipe& recipe) {
                               return learn::generate(recipe.data.generate,
                                                      static_cast<std::size_t>(recipe.data.rows),
                                                      RandomStream(recipe.seed));
                             },
                             [&]() -> infer::Engine& { return engine; }});
  SweepRun run;
  SweepSpec spec;
  spec.folder = SweepFolder(folder);
  spec.run = [&](const search::TrialTask& task) {
    run.ran.insert(task.trial);
    return trial(task);
  };
  spec.on_outcome = [&](const search::TrialOutcome& outcome, bool replayed) {
    if (!replayed) report(outcome.task.trial);
  };
  Communicator alone = Communicator::alone();
  run.result = run_sweep(swept, spec, alone);
  return run;
}

/// Without a cut; also the process whose disk is recorded.
TEST(PowerCut, WithoutOneAllIsReported) {
  const TemporaryFolder place;
  const char* watched = std::getenv("BASALT_DISK_ROOT");
  const files::path root = watched != nullptr ? files::path(watched) : place.path();
  const int log = ::open((root / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  int reported = 0;
  run_sweep_in(root / "sweep", [&](search::TrialId trial) {
    const std::string line = concat(trial, "\n");
    ASSERT_GT(write(log, line.data(), line.size()), 0);
    ++reported;
  });
  EXPECT_EQ(reported, 12);
}

std::vector<DiskChange> recorded(const TemporaryFolder& place) {
  files::create_directory(place.file("root"));
  const pid_t child = fork();
  if (child == 0) {
    setenv("LD_PRELOAD", DISK_RECORDER, 1);
    setenv("BASALT_DISK_ROOT", place.file("root").c_str(), 1);
    setenv("BASALT_DISK_TRACE", place.file("trace").c_str(), 1);
    execl("/proc/self/exe", "recorded", "--gtest_filter=PowerCut.WithoutOneAllIsReported",
          "--gtest_brief=1", nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return testing_support::read_trace(place.file("trace"));
}

/// The sweep in `folder` ends as `whole` after a cut and keeps the trials `reported` before it.
void expect_recovery(const files::path& folder, const std::set<search::TrialId>& reported,
                     const Digest& whole) {
  const SweepRun after = run_sweep_in(folder, [](search::TrialId) {});
  EXPECT_EQ(after.result.summary.results_digest, whole);
  for (const search::TrialId trial : reported) {
    EXPECT_FALSE(after.ran.contains(trial)) << "trial " << trial << " was lost";
    const pipeline::Record& record = after.result.summary.trial(trial).outcome.record;
    EXPECT_NO_THROW(io::load_model(SweepFolder(folder).object(record.model_id)));
    EXPECT_NO_THROW(io::load_circuit(SweepFolder(folder).object(record.circuit_id)));
  }
}

TEST(PowerCut, AtAnyMomentLosesNothingThatWasReported) {
  const TemporaryFolder place;
  const std::vector<DiskChange> trace = recorded(place);
  ASSERT_GT(trace.size(), 200U);
  const std::string root = place.file("root");
  const Digest whole =
      run_sweep_in(place.path() / "whole", [](search::TrialId) {}).result.summary.results_digest;
  const std::size_t step = std::getenv("BASALT_EVERY_MOMENT") != nullptr ? 1 : 3;
  Disk disk(root);
  std::set<search::TrialId> reported;
  RandomStream random(Seed{11});
  int states = 0;
  for (std::size_t moment = 0; moment < trace.size() && !HasFailure(); ++moment) {
    const DiskChange& change = trace[moment];
    if (change.path == root + "/log") {  // read on another machine, as it were
      if (change.kind == 'w') reported.insert(std::stoull(change.bytes));
      continue;
    }
    disk.apply(change);
    if (moment % step != 0) continue;
    // Names without contents are the classic; else a random part of both.
    const double names = moment % 4 == 0 ? 1.0 : moment % 4 == 1 ? 0.0 : random.uniform();
    const double pages = moment % 4 <= 1 ? 0.0 : random.uniform();
    const TemporaryFolder after;
    disk.cut(after.path(), random, names, pages);
    SCOPED_TRACE(concat("moment ", moment, ": ", change.kind, " ", change.path));
    ASSERT_NO_THROW(expect_recovery(after.path() / "sweep", reported, whole));
    ++states;
  }
  EXPECT_EQ(reported.size(), 12U);
  RecordProperty("states", states);
}

}  // namespace
}  // namespace basalt::jobs::power_cut_test
