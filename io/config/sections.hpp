// The sections of recipes and campaigns: their names, and what a file gives in each.
#pragma once

#include <string>

#include "io/config/toml_document.hpp"
#include "pipeline/given_settings.hpp"

namespace basalt::io {

/// The values of every section but [space].
/// Errors: invalid_argument at the line of unknown sections and of tables that mean nothing.
pipeline::GivenSettings given_settings(const TomlDocument& document);

/// One value of a section: a scalar or a list.
/// Errors: invalid_argument at its line for lists of mixed types and for tables.
pipeline::GivenValue given_value(const std::string& file, const std::string& section,
                                 const TomlEntry& entry);

}  // namespace basalt::io
