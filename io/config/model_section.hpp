// Section [model] in a file: tables of settings, and the file of a trained model.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "io/config/toml_document.hpp"
#include "learn/model/model.hpp"
#include "pipeline/given_settings.hpp"

namespace basalt::io {

/// Adds a table: `n_bits = { op_inputs = 4 }` is the key n_bits__op_inputs, as in Concrete ML;
/// weights by label become the text "label: weight, …", as labels are no keys.
void add_model_table(const TomlEntry& entry, std::map<std::string, pipeline::GivenValue>& values);

/// The model that pipeline::trained_file() names, if it names one: by its path, or beside the
/// recipe.
/// Errors: as load_model(), at the line of the key.
std::optional<learn::Model> load_trained_model(const pipeline::GivenSettings& given);

}  // namespace basalt::io
