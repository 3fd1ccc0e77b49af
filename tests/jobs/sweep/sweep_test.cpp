#include "jobs/sweep/sweep.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "io/config/campaign_config.hpp"
#include "io/file/file.hpp"
#include "jobs/comm/collective.hpp"
#include "jobs/ranks.hpp"
#include "jobs/shared_folder.hpp"
#include "jobs/sweep/ledger.hpp"
#include "search/campaigns.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::sweep_test {
namespace {

namespace files = std::filesystem;

/// A real campaign file whose trials are done by search::toy_record.
search::Campaign campaign_of(const std::string& sampler, const std::string& stopper = "none") {
  const std::string text = concat(R"(name = "toy"
seed = 7
[data]
generate = "moons"
[model]
estimator = "NeuralNetClassifier"
max_epochs = 27
[space]
module__n_accum_bits = { low = 3, high = 6 }
module__n_w_bits = [2, 3]
lr = { low = 1e-3, high = 1e-1, log = true }
[search]
sampler = ")",
                                  sampler, "\"\nstopper = \"", stopper, R"("
trials = 40
window = 8
)");
  return io::parse_campaign(text, "toy.toml");
}

SweepSpec spec_of(const files::path& folder) {
  SweepSpec spec;
  spec.folder = SweepFolder(folder / "sweep");
  spec.run = search::toy_record;
  return spec;
}

SweepResult sweep(const search::Campaign& campaign, const files::path& folder) {
  return run_sweep(campaign, spec_of(folder), world());
}

TEST(Sweep, GivesTheSameDigestAsOneProcessForEverySamplerAndStopper) {
  for (const char* sampler : {"grid", "random", "sobol", "tpe"}) {
    for (const char* stopper : {"none", "halving", "hyperband"}) {
      const search::Campaign campaign = campaign_of(sampler, stopper);
      const SharedFolder folder;
      const SweepResult result = sweep(campaign, folder.path());
      if (world().rank() != 0) continue;

      Communicator alone = Communicator::alone();
      const SweepResult reference = run_sweep(campaign, spec_of(folder.path() / "alone"), alone);

      EXPECT_EQ(result.summary.results_digest, reference.summary.results_digest)
          << sampler << " with " << stopper;
      EXPECT_EQ(result.summary.trials.size(), result.summary.planned);
      EXPECT_TRUE(result.contradictions.empty());
      EXPECT_TRUE(result.summary.best.has_value());
      EXPECT_FALSE(result.summary.front.empty());
      EXPECT_GE(result.summary.hypervolume, 0.0);
    }
  }
}

TEST(Sweep, CountsFailedAndInfeasibleTrialsAsResults) {
  const SharedFolder folder;
  const SweepResult result = sweep(campaign_of("grid"), folder.path());
  if (world().rank() != 0) return;
  const search::SweepSummary& summary = result.summary;
  EXPECT_GT(summary.failed, 0u);
  EXPECT_GT(summary.infeasible, 0u);
  EXPECT_EQ(summary.completed + summary.failed + summary.infeasible + summary.stopped,
            summary.trials.size());
}

TEST(Sweep, LeavesATableWithOneRowPerTrial) {
  const SharedFolder folder;
  const SweepResult result = sweep(campaign_of("random"), folder.path());
  if (world().rank() != 0) return;
  std::ifstream table(folder.path() / "sweep" / "results.csv");
  std::string line;
  std::getline(table, line);
  for (const char* column : {"trial", "state", "lr", "module__n_accum_bits", "test_accuracy"}) {
    EXPECT_NE(line.find(column), std::string::npos) << column;
  }
  std::size_t rows = 0;
  while (std::getline(table, line)) ++rows;
  EXPECT_EQ(rows, result.summary.trials.size());
  EXPECT_TRUE(files::exists(folder.path() / "sweep" / "results.h5"));
}

TEST(Sweep, RepeatsNothingThatWasDone) {
  const SharedFolder folder;
  const SweepResult first = sweep(campaign_of("tpe"), folder.path());

  SweepSpec spec = spec_of(folder.path());
  spec.run = [](const search::TrialTask&) -> pipeline::Record {
    throw Error(ErrorCode::internal, "a trial was run again");
  };
  const SweepResult second = run_sweep(campaign_of("tpe"), spec, world());

  EXPECT_EQ(second.summary.results_digest, first.summary.results_digest);
  if (world().rank() == 0) {
    EXPECT_EQ(second.replayed, 40u);
    EXPECT_EQ(load_sweep(campaign_of("tpe"), spec.folder, {}).results_digest,
              first.summary.results_digest);
  }
}

TEST(Sweep, GoesOnAfterAnInterruptionWithTheSameResult) {
  const SharedFolder folder;
  SweepSpec spec = spec_of(folder.path());
  spec.run = [](const search::TrialTask& task) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return search::toy_record(task);
  };
  std::size_t restarts = 0;
  SweepResult result;
  do {
    int calls = 0;
    spec.interruption = [&] { return ++calls > 12 ? Interruption::finish : Interruption::none; };
    result = run_sweep(campaign_of("tpe", "halving"), spec, world());
  } while (result.interrupted && ++restarts < 200);

  EXPECT_GT(restarts, 0u);
  EXPECT_LT(restarts, 200u);
  if (world().rank() != 0) return;
  Communicator alone = Communicator::alone();
  const auto reference =
      run_sweep(campaign_of("tpe", "halving"), spec_of(folder.path() / "alone"), alone);
  EXPECT_EQ(result.summary.results_digest, reference.summary.results_digest);
}

TEST(Sweep, RefusesTheFolderOfAnotherCampaignOrOtherDataOnAllRanks) {
  const SharedFolder folder;
  sweep(campaign_of("random"), folder.path());

  try {
    sweep(campaign_of("sobol"), folder.path());
    ADD_FAILURE() << "another campaign was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
    EXPECT_NE(std::string(error.what()).find("holds the sweep \"toy\""), std::string::npos);
  }
  SweepSpec spec = spec_of(folder.path());
  spec.data_id = Digest::from_hex(std::string(64, 'd'));
  expect_error(ErrorCode::mismatch, "belongs to campaign",
               [&] { run_sweep(campaign_of("random"), spec, world()); });
}

TEST(Sweep, RefusesAFolderOfOtherFiles) {
  const SharedFolder folder;
  if (world().rank() == 0) {
    files::create_directories(folder.path() / "sweep");
    io::publish(folder.path() / "sweep" / "thesis.tex", std::string_view("important"));
  }
  expect_error(ErrorCode::mismatch, "holds files, but no sweep",
               [&] { sweep(campaign_of("random"), folder.path()); });
}

TEST(Sweep, EndsEverywhereWhenARankCannotGoOn) {
  const SharedFolder folder;
  SweepSpec spec = spec_of(folder.path());
  spec.run = [](const search::TrialTask& task) {
    require(task.trial != 30, ErrorCode::io, "objects: no space left on device");
    return search::toy_record(task);
  };
  expect_error(ErrorCode::io, "no space left on device",
               [&] { run_sweep(campaign_of("random"), spec, world()); });
}

TEST(Sweep, NoticesTwoDifferentResultsOfOneTrial) {
  const SharedFolder folder;
  sweep(campaign_of("random"), folder.path());
  run_on_all_ranks(world(), [&] {
    if (world().rank() != 0) return;
    const auto campaign = campaign_of("random");
    const Digest id = Hasher("sweep journal")
                          .add(campaign.id())
                          .add(campaign.base.seed.value)
                          .add(Digest{})
                          .finish();
    OutcomeWriter writer(folder.path() / "sweep" / "journal", id);
    search::TrialOutcome other =
        load_sweep(campaign, spec_of(folder.path()).folder, {}).trial(3).outcome;
    other.record.result["test_accuracy"] = 0.123;
    writer.append({other});
  });

  const SweepResult result = sweep(campaign_of("random"), folder.path());

  if (world().rank() == 0) {
    EXPECT_EQ(result.contradictions, std::vector<search::TrialId>{3});
  }
}

}  // namespace
}  // namespace basalt::jobs::sweep_test
