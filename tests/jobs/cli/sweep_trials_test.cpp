// Tests of what a sweep's processes share, and of trials done in this process.
#include "jobs/cli/sweep_trials.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "io/store/dataset_store.hpp"
#include "learn/data/generate.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::cli::sweep_trials_test {
namespace {

constexpr const char* campaign = R"(name = "toy"
seed = 3
[data]
generate = "moons"
rows = 120
[model]
estimator = "LogisticRegression"
[fhe]
simulate_rows = 0
[space]
n_bits = [3, 8]
[search]
sampler = "grid"
)";

class SweepTrials : public ::testing::Test {
 protected:
  SweepTrials() { io::publish(file_, campaign); }

  testing_support::TemporaryFolder folder_;
  std::string file_ = folder_.file("toy.toml");
};

TEST_F(SweepTrials, EveryProcessFindsTheSameSource) {
  const SweepSource one = load_sweep_source(file_, {}), two = load_sweep_source(file_, {});

  EXPECT_EQ(one.data->rows.rows(), 120u);
  EXPECT_EQ(one.data_id, one.data->id());
  EXPECT_EQ(one.id(), two.id());
}

TEST_F(SweepTrials, ASeedThatIsGivenReplacesTheCampaigns) {
  const SweepSource own = load_sweep_source(file_, {}), same = load_sweep_source(file_, 3),
                    other = load_sweep_source(file_, 4);

  EXPECT_EQ(own.id(), same.id());
  EXPECT_NE(own.id(), other.id());
  EXPECT_NE(own.data_id, other.data_id);  // moons are made from the seed
}

/// A campaign whose test rows are a file of their own.
std::string tested_on(const std::string& file) {
  return concat("[data]\ngenerate = \"moons\"\nrows = 120\ntest_file = \"", file,
                "\"\n[model]\nestimator = \"LogisticRegression\"\n");
}

TEST_F(SweepTrials, TestRowsAreWhatASweepIsKnownBy) {
  io::publish(file_, tested_on("test.h5"));
  const auto source_with = [&](std::uint64_t seed) {
    io::save(learn::generate("moons", 50, RandomStream(Seed{seed})), folder_.file("test.h5"));
    return load_sweep_source(file_, {});
  };

  const SweepSource one = source_with(1), other = source_with(2), same = source_with(1);

  EXPECT_EQ(one.data->test->rows(), 50u);
  EXPECT_EQ(one.campaign.id(), other.campaign.id());
  EXPECT_NE(one.data_id, other.data_id);
  EXPECT_NE(one.id(), other.id());
  EXPECT_EQ(one.id(), same.id());
}

TEST_F(SweepTrials, ATestFileThatDoesNotFitIsRefusedAtItsLine) {
  io::publish(file_, tested_on("test.h5"));
  const auto refusal = [&] {
    try {
      (void)load_sweep_source(file_, {});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };

  EXPECT_NE(refusal().find("toy.toml:4: "), std::string::npos) << refusal();
  io::save(learn::generate("smooth", 50, RandomStream(Seed{1})), folder_.file("test.h5"));
  EXPECT_NE(refusal().find("toy.toml:4: \"test_file\" has values"), std::string::npos) << refusal();
}

TEST_F(SweepTrials, AMissingCampaignIsNamed) {
  try {
    (void)load_sweep_source(folder_.file("absent.toml"), {});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("absent.toml"), std::string::npos) << error.what();
  }
}

TEST_F(SweepTrials, TrialsInThisProcessAreRecorded) {
  const SweepSource source = load_sweep_source(file_, {});
  Communicator alone = Communicator::alone();
  Console console(stderr, {.quiet = true});
  Context context({.threads = 1}, alone, console);
  const TrialFunction run = trials_in_process(source, SweepFolder(folder_.file("sweep")), context);
  search::TrialTask task;
  task.configuration = {{"n_bits", std::int64_t{8}}};

  const pipeline::Record record = run(task);

  EXPECT_EQ(record.state, pipeline::Record::State::completed) << record.reason;
  EXPECT_GT(record.result.at("test_accuracy"), 0.7);
}

}  // namespace
}  // namespace basalt::jobs::cli::sweep_trials_test
