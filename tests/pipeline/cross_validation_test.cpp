#include "pipeline/cross_validation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "learn/data/generate.hpp"
#include "pipeline/pipeline.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"

namespace basalt::pipeline::cross_validation_test {
namespace {

Recipe recipe_for(const std::string& estimator) {
  Recipe recipe;
  recipe.seed = {3};
  recipe.estimator = estimator;
  recipe.data.stratify = true;
  recipe.data.cv = 4;
  recipe.model.complete(learn::estimator_named(estimator).rules);
  return recipe;
}

TEST(CrossValidation, EveryRowIsTestedOnceAndClassesAreSpread) {
  learn::Dataset data = learn::generate("moons", 103, RandomStream(Seed{1}));
  const auto folds = folds_of(data, 5, true, RandomStream(Seed{2}));
  std::vector<std::size_t> rows;
  for (const auto& fold : folds) {
    EXPECT_TRUE(std::ranges::is_sorted(fold));
    std::size_t second = 0;
    for (const std::size_t row : fold) second += data.labels[row] == 1 ? 1u : 0u;
    EXPECT_NEAR(static_cast<double>(second),
                static_cast<double>(std::ranges::count(data.labels, 1)) / 5.0, 1.0);
    rows.insert(rows.end(), fold.begin(), fold.end());
  }
  std::ranges::sort(rows);
  for (std::size_t row = 0; row < data.rows(); ++row) EXPECT_EQ(rows.at(row), row);
  expect_error(ErrorCode::invalid_argument, "expected",
               [&] { folds_of(data, 1, true, RandomStream(Seed{2})); });
  expect_error(ErrorCode::invalid_argument, "expected",
               [&] { folds_of(data, 104, true, RandomStream(Seed{2})); });
}

TEST(CrossValidation, FoldsTellWhatTheTestRowsTell) {
  ThreadTeam team{1};
  infer::Engine engine{testing_support::chosen_kernels(), team};
  const learn::Dataset data = learn::generate("moons", 400, RandomStream(Seed{1}));
  const Recipe recipe = recipe_for("LogisticRegression");
  const Record record = run(recipe, data, engine).record;
  ASSERT_EQ(record.state, Record::State::completed) << record.reason;
  EXPECT_NEAR(record.result.at("cv_accuracy"), record.result.at("train_accuracy"), 0.05);
  EXPECT_GT(record.result.at("cv_accuracy_std"), 0.0);
}

TEST(CrossValidation, ValuesAreMeasuredByTheirVariance) {
  const learn::Dataset data = learn::generate("regression", 200, RandomStream(Seed{1}));
  Recipe recipe = recipe_for("Ridge");
  const auto found = cross_validate(recipe, data, RandomStream(Seed{1}));
  EXPECT_GT(found.at("cv_r2"), 0.5);
  EXPECT_EQ(found, cross_validate(recipe, data, RandomStream(Seed{1})));
}

TEST(CrossValidation, FoldsBelongToTheSplitNotToTheTrial) {
  const learn::Dataset data = learn::generate("moons", 100, RandomStream(Seed{1}));
  Recipe recipe = recipe_for("LogisticRegression");  // trains without drawing
  const auto found = cross_validate(recipe, data, RandomStream(Seed{1}));
  EXPECT_EQ(found, cross_validate(recipe, data, RandomStream(Seed{2})));
  recipe.data.split_seed = 43;
  EXPECT_NE(found, cross_validate(recipe, data, RandomStream(Seed{1})));
}

TEST(CrossValidation, RepeatsAreOtherFoldsOfTheSameRows) {
  const learn::Dataset data = learn::generate("moons", 100, RandomStream(Seed{1}));
  Recipe recipe = recipe_for("LogisticRegression");
  const auto once = cross_validate(recipe, data, RandomStream(Seed{1}));
  recipe.data.cv_repeats = 8;
  const auto often = cross_validate(recipe, data, RandomStream(Seed{1}));
  EXPECT_NE(often.at("cv_accuracy"), once.at("cv_accuracy"));
  EXPECT_NEAR(often.at("cv_accuracy"), once.at("cv_accuracy"), 0.05);
  EXPECT_GT(often.at("cv_accuracy_std"), 0.0);
}

}  // namespace
}  // namespace basalt::pipeline::cross_validation_test
