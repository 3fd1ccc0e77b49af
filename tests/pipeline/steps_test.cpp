// Each step of a run by itself: its result, and what it notes in a record.
#include "pipeline/steps.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/generate.hpp"

namespace basalt::pipeline::steps_test {
namespace {

Recipe recipe_for(const std::string& estimator) {
  Recipe recipe;
  recipe.seed = {3};
  recipe.estimator = estimator;
  recipe.model.complete(learn::estimator_named(estimator).rules);
  return recipe;
}

Recipe network() {
  Recipe recipe = recipe_for("NeuralNetClassifier");
  const auto& rules = learn::estimator_named(recipe.estimator).rules;
  recipe.model.set(rules, "module__hidden", std::vector<std::int64_t>{4});
  recipe.model.set(rules, "max_epochs", std::int64_t{5});
  return recipe;
}

learn::Split moons() {
  return learn::split(learn::generate("moons", 200, RandomStream(Seed{1})), 0.25, true,
                      RandomStream(Seed{2}));
}

circuit::Circuit circuit_of(const learn::Model& model) {
  return require_feasible(compile::compile(model, {}));
}

TEST(Train, GivesTheModelOfTheRecipeAndNotesIt) {
  const Recipe recipe = network();
  const learn::Split split = moons();
  Record record;

  const Training training = train(recipe, split.train, training_stream(recipe));
  training.note(record);

  const learn::Model again = learn::train(learn::estimator_named(recipe.estimator), recipe.model,
                                          split.train, true, RandomStream(Seed{3}).child("train"));
  EXPECT_EQ(training.model.id(), again.id());
  EXPECT_EQ(record.model_id, again.id());
  EXPECT_EQ(record.history.size(), 5U);
  EXPECT_EQ(record.result, (std::map<std::string, double>{{"epochs", 5.0}}));
  EXPECT_TRUE(record.timing.contains("train"));
}

TEST(Train, ReportsTheAccuracyOnRowsThatWereHeldOut) {
  Recipe recipe = network();
  recipe.model.restore("validation_share", 0.2);

  const Training training = train(recipe, moons().train, training_stream(recipe));

  ASSERT_TRUE(training.valid_accuracy().has_value());
  EXPECT_EQ(*training.valid_accuracy(), training.model.history.back().valid_accuracy);
}

TEST(Train, TakesATrainedModelAsItIs) {
  const learn::Split split = moons();
  Recipe recipe = network();
  recipe.trained = train(recipe, split.train, training_stream(recipe)).model;
  recipe.seed = {99};

  const Training training = train(recipe, split.train, training_stream(recipe));

  EXPECT_EQ(training.model.id(), recipe.trained->id());
}

TEST(ResumeTraining, GoesOnFromTheModel) {
  const Recipe recipe = network();
  const learn::Split split = moons();
  const Training first = train(recipe, split.train, training_stream(recipe));

  const Training second =
      resume_training(first.model, recipe, split.train, training_stream(recipe));

  EXPECT_EQ(second.epochs(), 10U);
}

TEST(EvaluateClear, IsEqualBeforeAndAfterParametersAreChosen) {
  for (const char* estimator : {"NeuralNetClassifier", "RandomForestClassifier", "XGBClassifier",
                                "LogisticRegression", "KNeighborsClassifier"}) {
    SCOPED_TRACE(estimator);
    Recipe recipe = recipe_for(estimator);
    if (recipe.model.has("max_depth")) recipe.model.restore("max_depth", std::int64_t{3});
    if (recipe.model.has("n_points")) recipe.model.restore("n_points", std::int64_t{20});
    const learn::Split split = moons();
    const learn::Model model = train(recipe, split.train, training_stream(recipe)).model;

    const SplitMetrics before = evaluate_clear(compile::lower(model), split);
    const SplitMetrics after = evaluate_clear(circuit_of(model), split);

    EXPECT_EQ(before.train, after.train);
    EXPECT_EQ(before.test, after.test);
    EXPECT_EQ(before.test.rows, split.test.rows());
    EXPECT_EQ(before.results("x_").front().first, "x_train_accuracy");
    EXPECT_EQ(before.results("x_").back().first, "x_test_accuracy");
  }
}

TEST(EvaluateClear, IsEqualBeforeAndAfterParametersForRegressions) {
  const learn::Split split = learn::split(learn::generate("regression", 200, RandomStream(Seed{1})),
                                          0.25, false, RandomStream(Seed{2}));
  for (const char* estimator : {"Ridge", "XGBRegressor", "NeuralNetRegressor"}) {
    SCOPED_TRACE(estimator);
    Recipe recipe = recipe_for(estimator);
    if (recipe.model.has("max_depth")) recipe.model.restore("max_depth", std::int64_t{3});
    const learn::Model model = train(recipe, split.train, training_stream(recipe)).model;

    const SplitMetrics before = evaluate_clear(compile::lower(model), split);
    const SplitMetrics after = evaluate_clear(circuit_of(model), split);

    EXPECT_EQ(before.train, after.train);
    EXPECT_EQ(before.test, after.test);
  }
}

TEST(EvaluateFloatReference, IsOnlyOfModelsThatAskForIt) {
  Recipe recipe = network();
  const learn::Split split = moons();
  const RandomStream random = training_stream(recipe);
  const learn::Model silent = train(recipe, split.train, random).model;
  recipe.model.restore("fit_benchmark", true);
  const learn::Model asking = train(recipe, split.train, random).model;
  Record record;

  EXPECT_FALSE(evaluate_float_reference(silent, split, random).has_value());
  const auto found = evaluate_float_reference(asking, split, random);
  ASSERT_TRUE(found.has_value());
  found->note(record);

  EXPECT_EQ(record.result.size(), 2U);
  EXPECT_EQ(record.result.at("float_test_accuracy"), found->test.at("accuracy"));
  EXPECT_TRUE(record.timing.contains("float_twin"));
}

TEST(Price, IsThatOfTheCircuit) {
  Recipe forest = recipe_for("RandomForestClassifier");
  forest.model.restore("n_estimators", std::int64_t{4});
  forest.model.restore("max_depth", std::int64_t{3});
  const learn::Split split = moons();
  const learn::Model model = train(forest, split.train, training_stream(forest)).model;
  const circuit::Circuit circuit = circuit_of(model);

  const Price found = price(model, circuit);

  EXPECT_EQ(found.bootstraps_per_row, circuit::bootstraps_per_row(circuit));
  EXPECT_EQ(found.trees, 4U);
  EXPECT_EQ(*found.bootstraps_per_tree() * 4.0, static_cast<double>(found.bootstraps_per_row));
  Record record;
  record.add(found.results());
  EXPECT_EQ(record.result.at("max_bits"), circuit.encoded.max_bits());
  EXPECT_EQ(record.result.at("log2_p_error"), std::log2(circuit.p_error));
  EXPECT_EQ(record.result.size(), 8U);
}

TEST(Price, OfACircuitThatCannotFailIsFinite) {
  const Recipe linear = recipe_for("LogisticRegression");
  const learn::Model model = train(linear, moons().train, training_stream(linear)).model;

  const Price found = price(model, circuit_of(model));

  EXPECT_FALSE(found.bootstraps_per_tree().has_value());
  for (const auto& [name, value] : found.results()) EXPECT_TRUE(std::isfinite(value)) << name;
}

TEST(RequireFeasible, NamesTheModelAndTheReason) {
  try {
    require_feasible(compile::Infeasible{"too wide"}, "model.h5");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_STREQ(error.what(), "model.h5: too wide");
  }
}

TEST(EvaluateBaseline, IsOnlyOfRecipesThatNameOne) {
  Recipe recipe = network();
  const learn::Split split = moons();
  const RandomStream random = training_stream(recipe);
  EXPECT_FALSE(evaluate_baseline(recipe, split, random).has_value());
  recipe.baseline = Baseline{"LogisticRegression", recipe_for("LogisticRegression").model};

  const auto found = evaluate_baseline(recipe, split, random);

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->model.estimator, "LogisticRegression");
  EXPECT_EQ(found->results(), found->metrics.results("baseline_"));
}

TEST(SimulateAndExecute, CompareWithTheClearCircuit) {
  const Recipe recipe = network();
  const learn::Split split = moons();
  const circuit::Circuit circuit =
      circuit_of(train(recipe, split.train, training_stream(recipe)).model);
  const learn::Dataset rows = learn::take_rows(split.test, std::vector<std::size_t>{0, 1});
  ThreadTeam team(1);
  infer::Engine engine{torus::best_kernels(), team};
  Record record;

  const Simulation simulated = simulate(circuit, rows, RandomStream(Seed{5}));
  const Execution executed = execute(circuit, rows, engine);
  simulated.note(record);
  executed.note(record);

  EXPECT_EQ(simulated.integers, clear_integers(circuit, rows.features));
  EXPECT_EQ(executed.encrypted.evaluation.integers, simulated.integers);
  EXPECT_EQ(simulated.comparison.metrics, evaluate_clear(circuit, rows));
  const std::map<std::string, double> expected{
      {"simulated_accuracy", simulated.comparison.metrics.accuracy()},
      {"agreement", 1.0},
      {"label_agreement", 1.0},
      {"executed_rows", 2.0},
      {"mismatches", 0.0},
      {"executed_label_agreement", 1.0}};
  EXPECT_EQ(record.result, expected);
  for (const char* name : {"simulate", "keygen", "encrypt", "score", "decrypt"}) {
    EXPECT_GE(record.timing.at(name), 0.0) << name;
  }
}

}  // namespace
}  // namespace basalt::pipeline::steps_test
