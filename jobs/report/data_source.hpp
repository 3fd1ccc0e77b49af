// The data that a recipe names.
#pragma once

#include <string>

#include "pipeline/data.hpp"

namespace basalt::jobs {

/// Loads, imports or generates; rows that only judge too. Files are looked for as given, then
/// beside the recipe. A test file is a dataset if its name ends in ".h5", else CSV. Errors: as the
/// loaders and pipeline::require_alike; invalid_argument unless exactly one source
///         is named, or for fresh rows of a generator whose law changes with every draw.
pipeline::Data data_of(const pipeline::Recipe& recipe, const std::string& recipe_file);

}  // namespace basalt::jobs
