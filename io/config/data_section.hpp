// Section [data] in a file: columns of labels, and data in place of what the file names.
#pragma once

#include <string>

#include "io/config/toml_document.hpp"
#include "pipeline/given_settings.hpp"

namespace basalt::io {

/// The value of "label"; several columns, `["a", "b"]` or `[-2, -1]`, are "a,b" or "-2,-1".
/// Errors: invalid_argument at its line for a name with a comma; as given_value().
pipeline::GivenValue label_value(const std::string& file, const TomlEntry& entry);

/// Replaces the source of the data by a dataset file.
void replace_source(pipeline::GivenSettings& given, const std::string& data_file);

}  // namespace basalt::io
