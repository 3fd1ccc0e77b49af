// From what a file says to a recipe: every section is checked against its rules and completed.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "learn/estimator/train.hpp"
#include "pipeline/given_settings.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::pipeline {

/// Rules of the keys above the first section: name, seed.
std::span<const SettingRule> top_rules();

/// Stores one value after the check of its rule; numbers may stand for texts ("p_error = 1e-5") and
/// empty lists for lists of any type.
/// Errors: invalid_argument with `key` as subject.
void set_value(Settings& settings, std::span<const SettingRule> rules, const std::string& key,
               const SettingValue& value);

/// Checks the values of one section and fills in the defaults.
/// Errors: invalid_argument at the line of the key, which is the subject: unknown keys (the nearest
///         one is proposed), wrong types, impossible values.
Settings section_settings(const GivenSettings& given, const std::string& section,
                          std::span<const SettingRule> rules);

/// The file of a trained model that [model] names in place of an estimator, if it does.
/// Errors: invalid_argument at its line if it is no text, or if [model] says more.
std::optional<std::string> trained_file(const GivenSettings& given);

/// Rules of the keys of [model]: those of its estimator, or none beside a trained model.
/// Errors: invalid_argument if [model] names no known estimator.
std::span<const SettingRule> model_rules(const GivenSettings& given);

/// Errors: invalid_argument with subject "data" unless exactly one source of data is named.
void require_one_source(const DataSpec& data);

/// The whole recipe. `trained` is the model in trained_file(), if there is one; it replaces the
/// estimator.
/// Errors: invalid_argument with its place for everything that section_settings() refuses, for
///         values of a section that do not go together, and for a [baseline] of another task.
Recipe make_recipe(const GivenSettings& given, const std::optional<learn::Model>& trained);

}  // namespace basalt::pipeline
