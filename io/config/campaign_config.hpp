// Campaigns of sweeps as TOML files: a recipe with a search space and a way to search it.
#pragma once

#include <string>

#include "search/campaign.hpp"

namespace basalt::io {

/// Reads a campaign of `basalt sweep`. A file without [space] is a campaign of one trial.
/// Errors: as load_recipe.
search::Campaign load_campaign(const std::string& path);

/// The same for a text in memory; `name` stands for the file in errors.
search::Campaign parse_campaign(const std::string& text, const std::string& name);

}  // namespace basalt::io
