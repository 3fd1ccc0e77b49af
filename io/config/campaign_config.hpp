// Campaigns of sweeps as TOML files: a recipe with a search space and a way to search it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/digest.hpp"
#include "base/settings.hpp"
#include "base/strong.hpp"
#include "io/config/recipe_config.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::io {

/// A range of numbers, both ends included.
struct Interval {
  double low = 0.0, high = 0.0;
  bool log = false;      ///< Uniform in the logarithm.
  bool integer = false;  ///< Whole numbers only: the setting is an integer.
};

/// One searched setting: a list of choices or an interval.
struct SpaceEntry {
  std::string section;  ///< "model", "fhe", "data", or "" for the seed.
  std::string key;
  std::variant<std::vector<SettingValue>, Interval> domain;
  int line = 0;  ///< In the file.
};

/// How the space is searched; section [search].
struct SearchSpec {
  std::string sampler = "tpe";  ///< grid, random, sobol, tpe.
  std::int64_t trials = 64;     ///< At least 1; an upper limit for grid.
  std::int64_t window = 16;     ///< A trial sees the results of those at least this far before it.
  std::vector<std::string> objectives{"test_accuracy", "-predicted_seconds_per_row"};
  std::string stopper = "none";          ///< none, halving, hyperband.
  Seconds timeout{0.0};                  ///< Of one trial; 0: none.
  std::uint64_t memory = 0;              ///< Bytes of one trial; 0: as much as the machine has.
  std::vector<std::string> constraints;  ///< "max_bits <= 5": names of results, kept by the best.
};

/// Values of the searched settings, by key: what one trial tries.
using Configuration = std::map<std::string, SettingValue>;

/// A campaign file that passed every check.
struct CampaignDocument {
  pipeline::Recipe base;  ///< The recipe with the first value of each searched setting not given.
  GivenSettings given;    ///< What the recipe part of the file says.
  std::vector<SpaceEntry> space;  ///< In the order of the file.
  SearchSpec search;
  std::string source;  ///< The text of the file, byte for byte.

  /// The recipe of one trial. Errors: as load_recipe; invalid_argument if a key is not searched.
  pipeline::Recipe apply(const Configuration& configuration) const;

  /// Everything that determines the results (not: comments, order of sections), as TOML.
  std::string canonical() const;
  /// Digest of canonical().
  Digest id() const;
};

/// Reads a campaign of `basalt sweep`. A file without [space] is a campaign of one trial.
/// Errors: as load_recipe.
CampaignDocument load_campaign(const std::string& path);

/// The same for a text in memory; `name` stands for the file in errors.
CampaignDocument parse_campaign(const std::string& text, const std::string& name);

/// "10 min", "90 s", "1.5 h", "250 ms". Errors: invalid_argument with `name` as subject.
Seconds duration_from(const std::string& name, const std::string& text);

/// "512 MB", "4 GiB", "800000". Errors: invalid_argument with `name` as subject.
std::uint64_t bytes_from(const std::string& name, const std::string& text);

}  // namespace basalt::io
