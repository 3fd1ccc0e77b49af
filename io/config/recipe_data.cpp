#include "io/config/recipe_data.hpp"

#include "base/error.hpp"
#include "io/config/resolve_beside.hpp"
#include "io/import/csv.hpp"
#include "io/store/dataset_store.hpp"
#include "learn/data/generate.hpp"
#include "learn/estimator/train.hpp"
#include "pipeline/make_recipe.hpp"

namespace basalt::io {
namespace {

learn::Dataset imported(const pipeline::Recipe& recipe, const std::string& path) {
  const learn::Task task =
      recipe.trained ? recipe.trained->task : learn::estimator_named(recipe.estimator).task;
  return import_csv(path, recipe.data.label, task);
}

RandomStream draw_of(const pipeline::Recipe& recipe) {
  const std::int64_t draw = recipe.data.draw;
  return RandomStream(draw < 0 ? recipe.seed : Seed{static_cast<std::uint64_t>(draw)});
}

learn::Dataset rows_of(const pipeline::Recipe& recipe, const std::string& recipe_file) {
  const pipeline::DataSpec& data = recipe.data;
  pipeline::require_one_source(data);
  if (!data.file.empty()) {
    return load_dataset(resolve_beside(recipe_file, data.file));
  }
  if (!data.csv.empty()) {
    return imported(recipe, resolve_beside(recipe_file, data.csv));
  }
  return learn::generate(data.generate, static_cast<std::size_t>(data.rows),
                         draw_of(recipe).child("generate"));
}

/// Rows of the same law as those to train on.
learn::Dataset fresh_rows(const pipeline::Recipe& recipe) {
  const pipeline::DataSpec& data = recipe.data;
  for (const char* kind : {"classification", "regression"}) {
    if (data.generate != kind) continue;
    throw Error(ErrorCode::invalid_argument,
                concat("\"test_rows\" cannot be had from \"", kind,
                       "\": each draw has a law of its own; use \"test_share\""),
                "test_rows");
  }
  return learn::generate(data.generate, static_cast<std::size_t>(data.test_rows),
                         draw_of(recipe).child("generate test"));
}

/// A test file that is damaged or absent is an error of its key.
learn::Dataset test_file_of(const pipeline::Recipe& recipe, const std::string& recipe_file) {
  const std::string path = resolve_beside(recipe_file, recipe.data.test_file);
  try {
    return path.ends_with(".h5") ? load_dataset(path) : imported(recipe, path);
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), "test_file", error.place());
  }
}

}  // namespace

pipeline::Data load_data(const pipeline::Recipe& recipe, const std::string& recipe_file) {
  pipeline::Data data(rows_of(recipe, recipe_file));
  if (!recipe.data.test_file.empty()) data.test = test_file_of(recipe, recipe_file);
  if (recipe.data.test_rows > 0) data.test = fresh_rows(recipe);
  if (data.test) pipeline::require_alike(data.rows, *data.test);
  return data;
}

}  // namespace basalt::io
