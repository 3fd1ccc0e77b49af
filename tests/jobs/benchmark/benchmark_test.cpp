#include "jobs/benchmark/benchmark.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "io/config/campaign_config.hpp"
#include "jobs/shared_folder.hpp"
#include "search/campaigns.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::campaign_test {
namespace {

search::Campaign campaign() {
  return io::parse_campaign(R"(name = "speed"
[data]
generate = "moons"
[model]
estimator = "NeuralNetClassifier"
[space]
module__n_accum_bits = [3, 4]
module__n_w_bits = [2]
lr = [0.01]
[search]
sampler = "grid"
)",
                            "speed.toml");
}

BenchmarkSpec spec_of(const SharedFolder& folder) {
  BenchmarkSpec spec;
  spec.folder = SweepFolder(folder.path() / "speed");
  spec.repetitions = 5;
  spec.environment = {{"processor", "here"}};
  spec.run = [](const search::TrialTask& task) {
    pipeline::Record record = search::toy_record({task.trial, 0, 1.0, task.configuration});
    record.timing = {{"train", 0.5}, {"compile", 0.25}};
    return record;
  };
  return spec;
}

TEST(Campaign, MeasuresEveryVariantAndAControl) {
  const SharedFolder folder;
  const BenchmarkOutcome end = run_benchmark(campaign(), spec_of(folder), world());
  if (world().rank() != 0) return;
  EXPECT_EQ(end.results.measurements.size(), 15u);
  EXPECT_TRUE(end.contradictions.empty());
  EXPECT_EQ(end.failed, 0u);

  const BenchmarkResults loaded = load_benchmark_results(folder.path() / "speed");

  ASSERT_EQ(loaded.measurements.size(), 15u);
  std::map<std::string, int> counts;
  for (const Measurement& one : loaded.measurements) {
    ++counts[one.variant];
    EXPECT_DOUBLE_EQ(one.seconds.at("total"), 0.75);
  }
  EXPECT_EQ(counts.size(), 3u);
  EXPECT_EQ(loaded.name, "speed");
  EXPECT_EQ(loaded.environment.at("processor"), "here");
}

TEST(Campaign, GoesOnAfterAnInterruption) {
  const SharedFolder folder;
  BenchmarkSpec spec = spec_of(folder);
  int restarts = 0;
  BenchmarkOutcome end;
  do {
    int calls = 0;
    spec.interruption = [&] { return ++calls > 3 ? Interruption::finish : Interruption::none; };
    end = run_benchmark(campaign(), spec, world());
  } while (end.interrupted && ++restarts < 100);
  EXPECT_LT(restarts, 100);
  if (world().rank() == 0) {
    EXPECT_EQ(end.results.measurements.size(), 15u);
  }
}

TEST(Campaign, NamesVariantsWhoseRepetitionsDiffer) {
  const SharedFolder folder;
  BenchmarkSpec spec = spec_of(folder);
  spec.run = [](const search::TrialTask& task) {
    pipeline::Record record;
    record.result["test_accuracy"] = task.trial == 1 && task.rung == 3 ? 0.8 : 0.9;
    return record;
  };
  const BenchmarkOutcome end = run_benchmark(campaign(), spec, world());
  if (world().rank() == 0) {
    EXPECT_EQ(end.contradictions.size(), 1u);
  }
}

TEST(Campaign, IsNotResumedElsewhere) {
  const SharedFolder folder;
  run_benchmark(campaign(), spec_of(folder), world());
  BenchmarkSpec spec = spec_of(folder);
  spec.environment["processor"] = "another";
  expect_error(ErrorCode::mismatch, "belongs to campaign",
               [&] { run_benchmark(campaign(), spec, world()); });
}

}  // namespace
}  // namespace basalt::jobs::campaign_test
