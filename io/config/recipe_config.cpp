#include "io/config/recipe_config.hpp"

#include "base/error.hpp"
#include "io/config/data_section.hpp"
#include "io/config/model_section.hpp"
#include "io/config/resolve_beside.hpp"
#include "io/config/sections.hpp"
#include "io/file/file.hpp"
#include "pipeline/make_recipe.hpp"

namespace basalt::io {
namespace {

/// A file of `basalt train` has no search space; the message names the command that expects one.
void refuse_search(const pipeline::GivenSettings& given) {
  for (const char* section : {"space", "search"}) {
    const auto found = given.section_lines.find(section);
    if (found == given.section_lines.end()) continue;
    throw Error(ErrorCode::invalid_argument,
                concat("[", section, "] belongs to a campaign; use `basalt sweep` or remove it"),
                section, Place{given.file, found->second});
  }
}

}  // namespace

RecipeDocument parse_recipe(const std::string& text, const std::string& name,
                            const std::optional<std::string>& data_file) {
  RecipeDocument document;
  document.given = given_settings(parse_toml(text, name));
  refuse_search(document.given);
  if (data_file) replace_source(document.given, *data_file);
  document.recipe = pipeline::make_recipe(document.given, load_trained_model(document.given));
  return document;
}

RecipeDocument load_recipe(const std::string& path, const std::optional<std::string>& data_file) {
  RecipeDocument document = parse_recipe(read_text(path), path, data_file);
  document.recipe.data.test_file = resolve_beside(path, document.recipe.data.test_file);
  if (!data_file) {
    document.recipe.data.file = resolve_beside(path, document.recipe.data.file);
    document.recipe.data.csv = resolve_beside(path, document.recipe.data.csv);
  }
  return document;
}

}  // namespace basalt::io
