// Recipes as TOML files: every mistake is an error with file, line and the nearest known name.
#pragma once

#include <optional>
#include <string>

#include "pipeline/given_settings.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::io {

/// A recipe file that passed every check.
struct RecipeDocument {
  pipeline::Recipe recipe;
  pipeline::GivenSettings given;
};

/// Reads a recipe of `basalt train`. `data_file` (the option --data) replaces the source in [data].
/// Errors: not_found, io; invalid_argument at its line with the key as subject for syntax errors,
///         unknown keys and sections, wrong types, impossible values and [space].
RecipeDocument load_recipe(const std::string& path,
                           const std::optional<std::string>& data_file = {});

/// The same for a text in memory; `name` stands for the file in errors.
RecipeDocument parse_recipe(const std::string& text, const std::string& name,
                            const std::optional<std::string>& data_file = {});

}  // namespace basalt::io
