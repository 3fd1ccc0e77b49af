// The whole method: generated rows to encrypted, decrypted and evaluated scores.
#include "pipeline/pipeline.hpp"

#include <gtest/gtest.h>

#include "learn/data/generate.hpp"
#include "support/kernels.hpp"
#include "support/tables.hpp"

namespace basalt::pipeline::pipeline_test {
namespace {

using State = Record::State;

Recipe recipe_for(const std::string& estimator) {
  Recipe recipe;
  recipe.name = "test";
  recipe.seed = {3};
  recipe.estimator = estimator;
  recipe.data.stratify = true;
  recipe.model.complete(learn::estimator_named(estimator).rules);
  return recipe;
}

Recipe network(const std::string& accumulator) {
  Recipe recipe = recipe_for("NeuralNetClassifier");
  const auto& rules = learn::estimator_named(recipe.estimator).rules;
  recipe.model.set(rules, "module__accumulator", accumulator);
  recipe.model.set(rules, "module__hidden", std::vector<std::int64_t>{8});
  recipe.model.set(rules, "module__n_accum_bits", std::int64_t{4});
  recipe.model.set(rules, "max_epochs", std::int64_t{10});
  recipe.fhe.execute_rows = 2;
  return recipe;
}

struct Pipeline : ::testing::Test {
  ThreadTeam team{1};
  infer::Engine engine{testing_support::chosen_kernels(), team};
  learn::Dataset data = learn::generate("moons", 400, RandomStream(Seed{1}));
};

TEST_F(Pipeline, EncryptsNetworksWithoutMismatch) {
  for (const char* accumulator : {"wrap", "bound"}) {
    SCOPED_TRACE(accumulator);
    const pipeline::Run found = run(network(accumulator), data, engine);
    const std::map<std::string, double>& result = found.record.result;

    ASSERT_EQ(found.record.state, State::completed) << found.record.reason;
    EXPECT_EQ(result.at("executed_rows"), 2.0);
    EXPECT_EQ(result.at("mismatches"), 0.0);
    EXPECT_EQ(result.at("executed_label_agreement"), 1.0);
    EXPECT_EQ(result.at("agreement"), 1.0);
    EXPECT_EQ(result.at("label_agreement"), 1.0);
    EXPECT_EQ(result.at("simulated_accuracy"), result.at("test_accuracy"));
    EXPECT_GT(result.at("test_accuracy"), 0.7);
    EXPECT_LE(result.at("pbs_per_row"), 8.0);
    EXPECT_LE(result.at("log2_p_error"), -40.0);
    EXPECT_GE(result.at("security_bits"), 128.0);
    EXPECT_EQ(found.record.circuit_id, found.circuit->id());
    EXPECT_EQ(found.record.model_id, found.model->id());
  }
}

TEST_F(Pipeline, ReportsTheBootstrapsOfATree) {
  Recipe forest = recipe_for("RandomForestClassifier");
  const auto& rules = learn::estimator_named(forest.estimator).rules;
  forest.model.set(rules, "n_estimators", std::int64_t{4});
  forest.model.set(rules, "max_depth", std::int64_t{3});

  const Record record = run(forest, data, engine).record;

  ASSERT_EQ(record.state, State::completed) << record.reason;
  EXPECT_GT(record.result.at("pbs_per_tree"), 0.0);
  EXPECT_EQ(record.result.at("pbs_per_tree") * 4.0, record.result.at("pbs_per_row"));
  EXPECT_FALSE(
      run(recipe_for("LogisticRegression"), data, engine).record.result.contains("pbs_per_tree"));
}

TEST_F(Pipeline, ATrainedModelIsEvaluatedAsItIs) {
  Recipe recipe = recipe_for("DecisionTreeClassifier");
  const pipeline::Run first = run(recipe, data, engine);
  Recipe again;
  again.data = recipe.data;
  again.estimator = recipe.estimator;
  again.trained = first.model;
  again.seed = {99};
  again.fhe.target.p_error = 0x1p-20;

  const pipeline::Run second = run(again, data, engine);

  ASSERT_EQ(second.record.state, State::completed) << second.record.reason;
  EXPECT_EQ(second.record.model_id, first.record.model_id);
  EXPECT_EQ(second.record.result.at("test_accuracy"), first.record.result.at("test_accuracy"));
  EXPECT_NE(second.record.circuit_id, first.record.circuit_id);
  again.data.cv = 3;
  EXPECT_EQ(run(again, data, engine).record.state, State::failed);
}

TEST_F(Pipeline, EncryptsNetworksQuantizedAfterTrainingWithoutMismatch) {
  for (const std::int64_t rounding : {0, 4}) {
    SCOPED_TRACE(rounding);
    Recipe recipe = recipe_for("PostTrainingNetClassifier");
    const auto& rules = learn::estimator_named(recipe.estimator).rules;
    recipe.model.set(rules, "module__hidden", std::vector<std::int64_t>{5});
    recipe.model.set(rules, "n_bits", std::int64_t{3});
    recipe.model.set(rules, "n_bits__model_inputs", std::int64_t{2});
    recipe.model.set(rules, "rounding_threshold_bits", rounding);
    recipe.model.set(rules, "max_epochs", std::int64_t{60});
    recipe.fhe.execute_rows = 2;
    const pipeline::Run found = run(recipe, data, engine);
    ASSERT_EQ(found.record.state, State::completed) << found.record.reason;
    EXPECT_EQ(found.record.result.at("mismatches"), 0.0);
    EXPECT_EQ(found.record.result.at("agreement"), 1.0);
    EXPECT_GT(found.record.result.at("test_accuracy"), 0.7);
    EXPECT_EQ(found.record.result.at("pbs_per_row") > 5.0, rounding > 0);
  }
}

TEST_F(Pipeline, RunsLinearModelsWithoutBootstrap) {
  Recipe recipe = recipe_for("LogisticRegression");
  recipe.fhe.execute_rows = 20;
  const pipeline::Run found = run(recipe, data, engine);
  ASSERT_EQ(found.record.state, State::completed) << found.record.reason;
  EXPECT_EQ(found.record.result.at("pbs_per_row"), 0.0);
  EXPECT_TRUE(std::isfinite(found.record.result.at("log2_p_error")));
  EXPECT_EQ(found.record.result.at("mismatches"), 0.0);
}

TEST_F(Pipeline, DiscriminantsOfSmallTablesAreExactUnderEncryption) {
  for (const char* table : {"iris.csv", "wine.csv"}) {
    SCOPED_TRACE(table);
    Recipe recipe = recipe_for("LinearDiscriminantAnalysis");
    recipe.fhe.execute_rows = 30;
    const pipeline::Run found =
        run(recipe, tests::table(table, learn::Task::classification), engine);
    ASSERT_EQ(found.record.state, State::completed) << found.record.reason;
    EXPECT_EQ(found.record.result.at("pbs_per_row"), 0.0);
    EXPECT_EQ(found.record.result.at("executed_rows"), 30.0);
    EXPECT_EQ(found.record.result.at("mismatches"), 0.0);
    EXPECT_EQ(found.record.result.at("agreement"), 1.0);
    EXPECT_GE(found.record.result.at("test_accuracy"), 0.92);
    EXPECT_LE(found.record.result.at("log2_p_error"), -40.0);
  }
}

TEST_F(Pipeline, TestRowsChangeNothingButTheMetrics) {
  Recipe recipe = recipe_for("LogisticRegression");
  recipe.fhe.execute_rows = 2;
  const learn::Dataset some = learn::generate("moons", 100, RandomStream(Seed{2}));
  learn::Dataset far = some;
  far.features.array() += 2.0;

  const pipeline::Run near_rows = run(recipe, Data(data, some), engine);
  const pipeline::Run far_rows = run(recipe, Data(data, far), engine);

  ASSERT_EQ(near_rows.record.state, State::completed) << near_rows.record.reason;
  ASSERT_EQ(far_rows.record.state, State::completed) << far_rows.record.reason;
  EXPECT_EQ(near_rows.record.model_id, far_rows.record.model_id);
  EXPECT_EQ(near_rows.record.circuit_id, far_rows.record.circuit_id);
  EXPECT_EQ(near_rows.record.result.at("train_accuracy"),
            far_rows.record.result.at("train_accuracy"));
  EXPECT_NE(near_rows.record.result.at("test_accuracy"),
            far_rows.record.result.at("test_accuracy"));
  EXPECT_NE(near_rows.record.digest(), far_rows.record.digest());
}

TEST_F(Pipeline, ABaselineIsEvaluatedOnTheSameRows) {
  Recipe recipe = network("wrap");
  recipe.fhe.execute_rows = 0;
  const Record alone = run(recipe, data, engine).record;
  const Record linear = run(recipe_for("LogisticRegression"), data, engine).record;
  recipe.baseline = Baseline{"LogisticRegression", recipe_for("LogisticRegression").model};

  const Record beside = run(recipe, data, engine).record;

  ASSERT_EQ(beside.state, State::completed) << beside.reason;
  EXPECT_EQ(beside.model_id, alone.model_id);
  EXPECT_EQ(beside.result.at("test_accuracy"), alone.result.at("test_accuracy"));
  EXPECT_EQ(beside.result.at("baseline_test_accuracy"), linear.result.at("test_accuracy"));
  EXPECT_EQ(beside.result.at("baseline_train_accuracy"), linear.result.at("train_accuracy"));
  EXPECT_EQ(beside.result.at("baseline_pbs_per_row"), 0.0);
  EXPECT_FALSE(alone.result.contains("baseline_test_accuracy"));
}

TEST_F(Pipeline, GivesTheSameRecordAgainAndAnotherForAnotherSeed) {
  Recipe recipe = network("wrap");
  recipe.fhe.execute_rows = 0;
  const Digest first = run(recipe, data, engine).record.digest();
  EXPECT_EQ(run(recipe, data, engine).record.digest(), first);
  recipe.seed = {4};
  EXPECT_NE(run(recipe, data, engine).record.digest(), first);
}

TEST_F(Pipeline, TurnsDataThatDoesNotFitIntoAFailedRecord) {
  const pipeline::Run found = run(recipe_for("LinearRegression"), data, engine);
  EXPECT_EQ(found.record.state, State::failed);
  EXPECT_NE(found.record.reason, "");
  EXPECT_TRUE(found.record.result.empty());
  ASSERT_TRUE(found.failure.has_value());
}

TEST_F(Pipeline, TurnsImpossibleNoiseIntoAnInfeasibleRecord) {
  Recipe recipe = network("bound");
  const auto& rules = learn::estimator_named(recipe.estimator).rules;
  recipe.model.set(rules, "module__n_accum_bits", std::int64_t{14});
  recipe.model.set(rules, "max_epochs", std::int64_t{1});
  recipe.fhe.target.p_error = 0x1p-400;
  const pipeline::Run found = run(recipe, data, engine);
  EXPECT_NE(found.record.state, State::completed);
  EXPECT_NE(found.record.reason, "");
}

}  // namespace
}  // namespace basalt::pipeline::pipeline_test
