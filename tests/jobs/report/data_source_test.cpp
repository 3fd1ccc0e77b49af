// Tests of finding the data that a recipe names.
#include "jobs/report/data_source.hpp"

#include "base/error.hpp"
#include "io/store/dataset_store.hpp"
#include "learn/generate.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::data_source_test {
namespace {

pipeline::Recipe recipe_of(pipeline::DataSpec data) {
  pipeline::Recipe recipe;
  recipe.seed = Seed{3};
  recipe.estimator = "NeuralNetClassifier";
  recipe.data = std::move(data);
  return recipe;
}

TEST(DatasetOf, FindsAFileBesideTheRecipe) {
  const testing_support::TemporaryFolder folder;
  const learn::Dataset data = learn::generate("moons", 20, RandomStream(Seed{1}));
  io::save(data, folder.file("moons.h5"));
  pipeline::DataSpec source;
  source.file = "moons.h5";

  EXPECT_EQ(dataset_of(recipe_of(source), folder.file("recipe.toml")).id(), data.id());
}

TEST(DatasetOf, GeneratesTheSameDataForTheSameSeed) {
  pipeline::DataSpec source;
  source.generate = "circles";
  source.rows = 30;

  const learn::Dataset data = dataset_of(recipe_of(source), "recipe.toml");

  EXPECT_EQ(data.rows(), 30u);
  EXPECT_EQ(data.id(), dataset_of(recipe_of(source), "other.toml").id());
}

TEST(DatasetOf, RefusesNoSourceAndTwoSources) {
  pipeline::DataSpec two;
  two.file = "a.h5";
  two.generate = "moons";

  EXPECT_THROW(dataset_of(recipe_of({}), "recipe.toml"), Error);
  EXPECT_THROW(dataset_of(recipe_of(two), "recipe.toml"), Error);
}

}  // namespace
}  // namespace basalt::jobs::data_source_test
