// Recipes as TOML files: every mistake is an error with file, line and the nearest known name.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/settings.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::io {

/// A value that a file gives, and where.
struct GivenValue {
  SettingValue value;
  int line = 0;
};

/// What a file says, before defaults: the values given per section, "" being the top level.
struct GivenSettings {
  std::string file;  ///< As the user named it; the first word of every error.
  std::map<std::string, std::map<std::string, GivenValue>> sections;
  std::map<std::string, int> section_lines;

  /// Line of a key in any section ("" , model, fhe, data, …) but [baseline], whose keys are those
  /// of [model]; 0 if it was not given.
  int line_of(const std::string& key) const;
};

/// A recipe file that passed every check.
struct RecipeDocument {
  pipeline::Recipe recipe;
  GivenSettings given;
};

/// Reads a recipe of `basalt train`. `data_file` (the option --data) replaces the source in [data].
/// Errors: not_found, io; invalid_argument `FILE:LINE: …` with the key as subject for syntax
///         errors, unknown keys and sections, wrong types, impossible values and [space].
RecipeDocument load_recipe(const std::string& path,
                           const std::optional<std::string>& data_file = {});

/// The same for a text in memory; `name` stands for the file in errors.
RecipeDocument parse_recipe(const std::string& text, const std::string& name,
                            const std::optional<std::string>& data_file = {});

/// Checks given settings against the rules of the estimator and the sections, fills defaults.
pipeline::Recipe make_recipe(const GivenSettings& given);

/// `error` with `FILE:LINE: ` before its message, if its subject is a key that the file gives. For
/// errors that show up later, in training or compilation.
Error located(const GivenSettings& given, const Error& error);

/// Where a data file named by a recipe is: as given if it exists there (relative to the current
/// folder), else beside the recipe if it exists there, else as given.
std::string resolve_beside(const std::string& recipe_path, const std::string& data_path);

}  // namespace basalt::io
