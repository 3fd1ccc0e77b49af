// Tests of finding the data that a recipe names.
#include "io/config/recipe_data.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "io/store/dataset_store.hpp"
#include "learn/data/generate.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::recipe_data_test {
namespace {

pipeline::Recipe recipe_of(pipeline::DataSpec data) {
  pipeline::Recipe recipe;
  recipe.seed = Seed{3};
  recipe.estimator = "NeuralNetClassifier";
  recipe.data = std::move(data);
  return recipe;
}

TEST(RecipeData, FindsAFileBesideTheRecipe) {
  const testing_support::TemporaryFolder folder;
  const learn::Dataset data = learn::generate("moons", 20, RandomStream(Seed{1}));
  save(data, folder.file("moons.h5"));
  pipeline::DataSpec source;
  source.file = "moons.h5";

  EXPECT_EQ(load_data(recipe_of(source), folder.file("recipe.toml")).id(), data.id());
}

TEST(RecipeData, GeneratesTheSameDataForTheSameSeed) {
  pipeline::DataSpec source;
  source.generate = "circles";
  source.rows = 30;

  const pipeline::Data data = load_data(recipe_of(source), "recipe.toml");

  EXPECT_EQ(data.rows.rows(), 30u);
  EXPECT_FALSE(data.test.has_value());
  EXPECT_EQ(data.id(), load_data(recipe_of(source), "other.toml").id());
}

TEST(RecipeData, ADrawReplacesTheSeedOfTheRecipe) {
  pipeline::DataSpec own, drawn;
  own.generate = drawn.generate = "circles";
  drawn.draw = 3;  // the recipe's seed
  const pipeline::Data three = load_data(recipe_of(drawn), "r.toml");
  drawn.draw = 4;

  EXPECT_EQ(three.id(), load_data(recipe_of(own), "r.toml").id());
  EXPECT_NE(three.id(), load_data(recipe_of(drawn), "r.toml").id());
}

TEST(RecipeData, FreshTestRowsNeedAFixedLaw) {
  pipeline::DataSpec source;
  source.generate = "checkerboard";
  source.rows = 30;
  source.test_rows = 50;

  const pipeline::Data data = load_data(recipe_of(source), "r.toml");

  EXPECT_EQ(data.rows.rows(), 30u);
  ASSERT_TRUE(data.test.has_value());
  EXPECT_EQ(data.test->rows(), 50u);
  EXPECT_NE(data.test->features.topRows(30), data.rows.features);
  source.generate = "regression";
  expect_error(ErrorCode::invalid_argument, "cannot be had from",
               [&] { load_data(recipe_of(source), "r.toml"); });
}

TEST(RecipeData, ATestFileIsADatasetOrCsvBesideTheRecipe) {
  const testing_support::TemporaryFolder folder;
  const learn::Dataset test_rows = learn::generate("moons", 20, RandomStream(Seed{1}));
  save(test_rows, folder.file("test.h5"));
  publish(folder.file("train.csv"), "x0,x1,label\n1,2,0\n3,4,1\n5,6,0\n");
  publish(folder.file("test.csv"), "x0,x1,label\n7,8,1\n");
  pipeline::DataSpec source;
  source.csv = "train.csv";
  source.label = "label";

  source.test_file = "test.h5";
  EXPECT_EQ(load_data(recipe_of(source), folder.file("r.toml")).test->id(), test_rows.id());
  source.test_file = "test.csv";
  const pipeline::Data data = load_data(recipe_of(source), folder.file("r.toml"));
  ASSERT_EQ(data.test->rows(), 1u);
  EXPECT_EQ(data.test->features(0, 1), 8.0);
  EXPECT_EQ(data.test->classes, (std::vector<std::string>{"1"}));
}

TEST(RecipeData, RefusesNoSourceAndTwoSources) {
  pipeline::DataSpec two;
  two.file = "a.h5";
  two.generate = "moons";

  expect_error(ErrorCode::invalid_argument, "sources, expected one of",
               [&] { load_data(recipe_of({}), "recipe.toml"); });
  expect_error(ErrorCode::invalid_argument, "sources, expected one of",
               [&] { load_data(recipe_of(two), "recipe.toml"); });
}

}  // namespace
}  // namespace basalt::io::recipe_data_test
