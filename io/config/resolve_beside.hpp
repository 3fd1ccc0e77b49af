// Files that a recipe names: where they are.
#pragma once

#include <string>

#include "pipeline/given_settings.hpp"

namespace basalt::io {

/// Where a file named by a recipe is: as given if it exists there (relative to the current folder),
/// else beside the recipe if it exists there, else as given.
std::string resolve_beside(const std::string& recipe_path, const std::string& named_path);

/// The same for every file that the settings name.
void resolve_files(pipeline::GivenSettings& given, const std::string& recipe_path);

}  // namespace basalt::io
