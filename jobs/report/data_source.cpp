#include "jobs/report/data_source.hpp"

#include "base/error.hpp"
#include "io/config/recipe_config.hpp"
#include "io/import/csv.hpp"
#include "io/store/dataset_store.hpp"
#include "learn/generate.hpp"
#include "learn/train.hpp"

namespace basalt::jobs {

learn::Dataset dataset_of(const pipeline::Recipe& recipe, const std::string& recipe_file) {
  const pipeline::DataSpec& data = recipe.data;
  const int sources =
      (data.file.empty() ? 0 : 1) + (data.csv.empty() ? 0 : 1) + (data.generate.empty() ? 0 : 1);
  require(sources == 1, ErrorCode::invalid_argument, recipe_file, ": [data] names ", sources,
          " sources, expected one of file, csv, generate");
  if (!data.file.empty()) {
    return io::load_dataset(io::resolve_beside(recipe_file, data.file));
  }
  if (!data.csv.empty()) {
    const learn::Task task =
        recipe.trained ? recipe.trained->task : learn::estimator_named(recipe.estimator).task;
    return io::import_csv(io::resolve_beside(recipe_file, data.csv), data.label, task);
  }
  return learn::generate(data.generate, static_cast<std::size_t>(data.rows),
                         RandomStream(recipe.seed).child("generate"));
}

}  // namespace basalt::jobs
