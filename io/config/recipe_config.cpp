#include "io/config/recipe_config.hpp"

#include <algorithm>
#include <filesystem>

#include "io/config/rules.hpp"
#include "io/config/toml_text.hpp"
#include "io/file/file.hpp"
#include "learn/estimator/train.hpp"

namespace basalt::io {
namespace {

/// A file of `basalt train` has no search space; the sentence tells which command wants it.
void refuse_search(const GivenSettings& given) {
  for (const char* section : {"space", "search"}) {
    const auto found = given.section_lines.find(section);
    if (found == given.section_lines.end()) continue;
    throw Error(ErrorCode::invalid_argument,
                cat(given.file, ":", found->second, ": [", section,
                    "] belongs to a campaign; use `basalt sweep` or remove it"),
                section);
  }
}

}  // namespace

int GivenSettings::line_of(const std::string& key) const {
  for (const auto& [section, values] : sections) {
    if (section == "baseline") continue;
    const auto found = values.find(key);
    if (found != values.end()) return found->second.line;
  }
  const auto found = section_lines.find(key);
  return found == section_lines.end() ? 0 : found->second;
}

Error located(const GivenSettings& given, const Error& error) {
  const int line = error.subject().empty() ? 0 : given.line_of(error.subject());
  const std::string message = error.what();
  if (message.starts_with(given.file + ":")) return error;
  const std::string place = line > 0 ? cat(given.file, ":", line, ": ") : cat(given.file, ": ");
  return Error(error.code(), place + message, error.subject());
}

pipeline::Recipe make_recipe(const GivenSettings& given) {
  try {
    pipeline::Recipe recipe;
    const Settings top = section_settings(given, "", top_rules());
    recipe.name = top.text("name");
    recipe.seed = {static_cast<std::uint64_t>(top.integer("seed"))};
    recipe.data = pipeline::data_from(section_settings(given, "data", pipeline::data_rules()));
    check_source(given, recipe.data);
    recipe.trained = trained_model(given);
    const learn::Estimator estimator = estimator_of(given, recipe.trained);
    recipe.estimator = estimator.name;
    recipe.model = model_settings(given, estimator);
    recipe.baseline = baseline_of(given, estimator.task);
    recipe.fhe = pipeline::fhe_from(section_settings(given, "fhe", pipeline::fhe_rules()));
    return recipe;
  } catch (const Error& error) {
    throw located(given, error);
  }
}

RecipeDocument parse_recipe(const std::string& text, const std::string& name,
                            const std::optional<std::string>& data_file) {
  RecipeDocument document;
  document.given = given_settings(parse_toml(text, name));
  refuse_search(document.given);
  if (data_file) replace_source(document.given, *data_file);
  document.recipe = make_recipe(document.given);
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

std::string resolve_beside(const std::string& recipe_path, const std::string& data_path) {
  namespace fs = std::filesystem;
  if (data_path.empty() || fs::path(data_path).is_absolute() || fs::exists(data_path)) {
    return data_path;
  }
  const fs::path beside = fs::path(recipe_path).parent_path() / data_path;
  return fs::exists(beside) ? beside.string() : data_path;
}

}  // namespace basalt::io
