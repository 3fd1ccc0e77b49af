// Tests of the way from a sweep's folder to its report.
#include "jobs/report/report.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "io/store/record_store.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::report_test {
namespace {

io::TrialRow row_of(std::int64_t trial, double accuracy, double seconds) {
  io::TrialRow row{.trial = trial, .configuration = {{"lr", 0.1}}, .record = {}};
  row.record.result = {{"test_accuracy", accuracy}, {"predicted_seconds_per_row", seconds}};
  row.record.timing = {{"train", 1.0}};
  row.record.model_id = Hasher("model").add(trial).finish();
  row.record.circuit_id = Hasher("circuit").add(trial).finish();
  return row;
}

class ReportOfFolder : public testing::Test {
 protected:
  ReportOfFolder() {
    std::ofstream(folder_.file("campaign.toml"))
        << "name = \"toy\"\nseed = 1\n[data]\ngenerate = \"moons\"\n[model]\n"
           "estimator = \"NeuralNetClassifier\"\n[space]\nlr = { low = 0.01, high = 0.1 }\n";
  }
  void save(std::vector<io::TrialRow> rows) {
    io::Results results;
    results.rows = std::move(rows);
    io::save(results, folder_.file("results.h5"));
  }
  testing_support::TemporaryFolder folder_;
};

TEST_F(ReportOfFolder, MarksTheFrontAndTheMostAccurateTrial) {
  save({row_of(0, 0.9, 1.0), row_of(1, 0.95, 2.0), row_of(2, 0.94, 3.0), row_of(3, 0.8, 0.5)});

  const Report report = report_of(folder_.path());

  EXPECT_EQ(report.name, "toy");
  EXPECT_EQ(report.front, (std::vector<std::uint64_t>{0, 1, 3}));
  EXPECT_EQ(report.best, 1u);
  ASSERT_EQ(report.deployments.size(), 3u);
  EXPECT_EQ(report.deployments.front().trial, 1u);
}

TEST_F(ReportOfFolder, DeploysTheModelByItsId) {
  save({row_of(0, 0.9, 1.0)});

  const Report report = report_of(folder_.path());

  const std::string model = Hasher("model").add(std::int64_t{0}).finish().hex();
  EXPECT_NE(report.deployments.at(0).commands.at(0).find(model + ".h5"), std::string::npos);
}

TEST_F(ReportOfFolder, FailedTrialsAreListedWithTheirReason) {
  io::TrialRow failed{.trial = 0, .configuration = {{"lr", 0.1}}, .record = {}};
  failed.record.state = pipeline::Record::State::failed;
  failed.record.reason = "no neuron is left";
  save({failed});

  const Report report = report_of(folder_.path());

  EXPECT_EQ(report.trials.at(0).state, "failed");
  EXPECT_EQ(report.trials.at(0).reason, "no neuron is left");
  EXPECT_FALSE(report.best);
  EXPECT_TRUE(report.deployments.empty());
}

TEST_F(ReportOfFolder, AFolderWithoutResultsIsRefused) {
  expect_error(ErrorCode::not_found, "No such file or directory",
               [&] { report_of(folder_.path()); });
}

}  // namespace
}  // namespace basalt::jobs::report_test
