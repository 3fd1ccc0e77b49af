// From the values of a file to checked settings: known sections and keys, and who owns a key.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/settings.hpp"
#include "io/config/recipe_config.hpp"
#include "io/config/toml_text.hpp"
#include "learn/estimator/train.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::io {

/// Rules of the keys above the first section: name, seed.
std::span<const SettingRule> top_rules();
/// Rules of [search].
std::span<const SettingRule> search_rules();

/// The values of every section but [space].
/// Errors: invalid_argument `FILE:LINE: …` for unknown sections and inline tables.
GivenSettings given_settings(const TomlText& text);

/// Checks the values of one section and fills in the defaults.
/// Errors: invalid_argument `FILE:LINE: unknown key "…" in [section]; did you mean …`, wrong types
///         and impossible values, with the key as subject.
Settings section_settings(const GivenSettings& given, const std::string& section,
                          std::span<const SettingRule> rules);
/// The section [model], completed as its estimator says; or another one that names an estimator.
Settings model_settings(const GivenSettings& given, const learn::Estimator& estimator,
                        const std::string& section = "model");

/// The model that [model] names by `file`, if it does: by its path, or beside the recipe.
/// Errors: invalid_argument if other keys are set too; as load_model().
std::optional<learn::Model> trained_model(const GivenSettings& given);
/// What [model] names: an estimator, or what a trained model says of itself, without settings.
/// Errors: invalid_argument if it names none.
learn::Estimator estimator_of(const GivenSettings& given,
                              const std::optional<learn::Model>& trained);
/// The estimator and settings of [baseline], if the file has it.
/// Errors: invalid_argument as for [model]; if its task is not `task`.
std::optional<pipeline::Baseline> baseline_of(const GivenSettings& given, learn::Task task);

/// Stores one value after the check of its rule; numbers may stand for texts ("p_error = 1e-5") and
/// empty lists for lists of any type.
void set_value(Settings& settings, std::span<const SettingRule> rules, const std::string& key,
               const SettingValue& value);

/// Replaces the source of the data by a dataset file.
void replace_source(GivenSettings& given, const std::string& data_file);

/// Errors: invalid_argument unless exactly one source of data is named, a CSV file with its label,
///         and one way to have rows that judge.
void check_source(const GivenSettings& given, const pipeline::DataSpec& data);

}  // namespace basalt::io
