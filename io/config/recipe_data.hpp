// The data that a recipe names.
#pragma once

#include <string>

#include "pipeline/data.hpp"

namespace basalt::io {

/// Loads, imports or generates the rows of a recipe, and the test rows that it names apart. Files
/// are looked for as given, then beside the recipe. A test file is a dataset if its name ends in
/// ".h5", else CSV.
/// Errors: as the loaders, pipeline::require_one_source and pipeline::require_alike;
///         invalid_argument for fresh rows of a generator whose law changes with every draw.
pipeline::Data load_data(const pipeline::Recipe& recipe, const std::string& recipe_file);

}  // namespace basalt::io
