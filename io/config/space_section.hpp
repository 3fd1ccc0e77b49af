// Section [space] in a file: which settings are searched, and over what.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/settings.hpp"
#include "io/config/toml_document.hpp"
#include "search/campaign.hpp"

namespace basalt::io {

/// The searched settings in the order of the file; none if it has no [space]. `model_rules` are
/// those of the keys of [model].
/// Errors: invalid_argument at its line for unknown keys, empty lists, impossible values and
/// ranges.
std::vector<search::SpaceEntry> space_entries(const TomlDocument& document,
                                              std::span<const SettingRule> model_rules);

}  // namespace basalt::io
