// The table of results covers what runs find.
#include "pipeline/result_names.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "learn/data/generate.hpp"
#include "pipeline/pipeline.hpp"

namespace basalt::pipeline::result_names_test {
namespace {

Recipe recipe_for(const std::string& estimator) {
  Recipe recipe;
  recipe.estimator = estimator;
  recipe.model.complete(learn::estimator_named(estimator).rules);
  return recipe;
}

void expect_known(const Record& record) {
  EXPECT_EQ(record.state, Record::State::completed) << record.reason;
  for (const auto& [name, value] : record.result) {
    EXPECT_NE(result_named(name), nullptr) << name;
  }
}

TEST(ResultNames, AreOrderedAndDistinctAndEachHasUnitAndMeaning) {
  const auto names = result_names();
  EXPECT_EQ(std::ranges::adjacent_find(names, std::greater_equal<>{}, &ResultName::name),
            names.end());
  for (const ResultName& entry : names) {
    EXPECT_FALSE(entry.unit.empty()) << entry.name;
    EXPECT_FALSE(entry.meaning.empty()) << entry.name;
  }
  EXPECT_EQ(result_named("nothing"), nullptr);
  EXPECT_EQ(result_named("test_accuracy")->unit, "share");
}

TEST(ResultNames, CoverEveryResultOfAClassification) {
  ThreadTeam team(1);
  infer::Engine engine{torus::best_kernels(), team};
  Recipe recipe = recipe_for("NeuralNetClassifier");
  const auto& rules = learn::estimator_named(recipe.estimator).rules;
  recipe.model.set(rules, "module__hidden", std::vector<std::int64_t>{4});
  recipe.model.set(rules, "max_epochs", std::int64_t{3});
  recipe.model.set(rules, "fit_benchmark", true);
  recipe.model.set(rules, "validation_share", 0.2);
  recipe.data.cv = 2;
  recipe.fhe.execute_rows = 1;
  recipe.baseline = Baseline{"LogisticRegression", recipe_for("LogisticRegression").model};

  const Record record =
      run(recipe, learn::generate("moons", 120, RandomStream(Seed{1})), engine).record;

  expect_known(record);
  for (const char* name :
       {"valid_accuracy", "cv_accuracy", "cv_accuracy_std", "float_test_accuracy",
        "baseline_train_accuracy", "baseline_pbs_per_row", "executed_label_agreement"}) {
    EXPECT_TRUE(record.result.contains(name)) << name;
  }
}

TEST(ResultNames, CoverEveryResultOfARegression) {
  ThreadTeam team(1);
  infer::Engine engine{torus::best_kernels(), team};
  Recipe recipe = recipe_for("DecisionTreeRegressor");
  const auto& rules = learn::estimator_named(recipe.estimator).rules;
  recipe.model.set(rules, "max_depth", std::int64_t{2});
  recipe.data.cv = 2;

  const Record record =
      run(recipe, learn::generate("regression", 120, RandomStream(Seed{1})), engine).record;

  expect_known(record);
  for (const char* name : {"test_r2", "simulated_mse", "cv_r2_std", "pbs_per_tree"}) {
    EXPECT_TRUE(record.result.contains(name)) << name;
  }
}

}  // namespace
}  // namespace basalt::pipeline::result_names_test
