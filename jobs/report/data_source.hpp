// The data that a recipe names.
#pragma once

#include <string>

#include "learn/dataset.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::jobs {

/// Loads, imports or generates. Files are looked for as given, then beside the recipe.
/// Errors: as the loaders; invalid_argument unless exactly one source is named.
learn::Dataset dataset_of(const pipeline::Recipe& recipe, const std::string& recipe_file);

}  // namespace basalt::jobs
