#include "jobs/sweep/pipeline_trial.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "io/config/campaign_config.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/model_store.hpp"
#include "learn/data/generate.hpp"
#include "support/kernels.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::pipeline_trial_test {
namespace {

search::Campaign campaign(const std::string& search = "") {
  return io::parse_campaign(concat(R"(name = "toy"
seed = 3
[data]
generate = "moons"
rows = 120
[model]
estimator = "NeuralNetClassifier"
module__n_layers = 2
module__hidden = [8]
module__n_accum_bits = 4
module__accumulator = "wrap"
max_epochs = 9
[space]
module__n_w_bits = [2, 3]
[search]
sampler = "grid"
)",
                                   search),
                            "toy.toml");
}

struct Workplace {
  testing_support::TemporaryFolder temporary;
  ThreadTeam team{1};
  infer::Engine engine{testing_support::chosen_kernels(), team};
  int loads = 0;

  TrialFunction function(const search::Campaign& campaign) {
    return pipeline_trial(campaign, {SweepFolder(temporary.path()),
                                     [this](const pipeline::Recipe& recipe) {
                                       ++loads;
                                       return learn::generate(
                                           recipe.data.generate,
                                           static_cast<std::size_t>(recipe.data.rows),
                                           RandomStream(recipe.seed));
                                     },
                                     [this]() -> infer::Engine& { return engine; }});
  }
};

search::TrialTask task(search::TrialId trial, std::int64_t bits, double share = 1.0) {
  search::TrialTask made;
  made.trial = trial;
  made.share = share;
  made.configuration = {{"module__n_w_bits", bits}};
  return made;
}

TEST(PipelineTrial, TrainsAndKeepsModelAndCircuitById) {
  const search::Campaign swept = campaign();
  Workplace place;
  const TrialFunction run = place.function(swept);

  const pipeline::Record record = run(task(0, 2));
  run(task(1, 3));

  ASSERT_EQ(record.state, pipeline::Record::State::completed) << record.reason;
  EXPECT_GT(record.result.at("test_accuracy"), 0.5);
  const SweepFolder folder(place.temporary.path());
  EXPECT_EQ(io::load_model(folder.object(record.model_id)).id(), record.model_id);
  EXPECT_EQ(io::load_circuit(folder.object(record.circuit_id)).id(), record.circuit_id);
  EXPECT_EQ(place.loads, 1) << "the same data serves all trials";
}

TEST(PipelineTrial, RepeatsItsResultAndDependsOnTheTrial) {
  const search::Campaign swept = campaign();
  Workplace place;
  const TrialFunction run = place.function(swept);
  const auto digest = [&](search::TrialId trial) {
    return search::TrialOutcome{task(trial, 2), run(task(trial, 2))}.digest();
  };
  EXPECT_EQ(digest(4), digest(4));
  EXPECT_NE(run(task(4, 2)).model_id, run(task(5, 2)).model_id);
}

TEST(PipelineTrial, RecordsWhatGoesWrongWithIt) {
  const search::Campaign swept = campaign();
  Workplace place;
  const TrialFunction run = place.function(swept);
  const pipeline::Record record = run(task(0, -7));
  EXPECT_EQ(record.state, pipeline::Record::State::failed);
  EXPECT_NE(record.reason.find("module__n_w_bits"), std::string::npos) << record.reason;
}

TEST(PipelineTrial, EndsATrialThatRunsTooLong) {
  const search::Campaign swept = campaign("timeout = \"0.000001 s\"\n");
  Workplace place;
  const pipeline::Record record = place.function(swept)(task(0, 2));
  EXPECT_EQ(record.state, pipeline::Record::State::failed);
  EXPECT_NE(record.reason.find("timeout"), std::string::npos) << record.reason;
}

TEST(PipelineTrial, CutsTheEpochsOfARung) {
  const search::Campaign swept = campaign();
  EXPECT_EQ(recipe_of(swept, task(0, 2, 1.0 / 3)).model.integer("max_epochs"), 3);
  EXPECT_EQ(recipe_of(swept, task(0, 2, 1.0 / 27)).model.integer("max_epochs"), 1);
  EXPECT_EQ(recipe_of(swept, task(0, 2)).model.integer("max_epochs"), 9);
}

}  // namespace
}  // namespace basalt::jobs::pipeline_trial_test
