// A campaign: a recipe, the settings of it that are searched, and how.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/digest.hpp"
#include "base/settings.hpp"
#include "pipeline/given_settings.hpp"
#include "pipeline/recipe.hpp"
#include "search/search_spec.hpp"

namespace basalt::search {

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

  /// Values that stand for all others: every choice, or both ends of the interval.
  std::vector<SettingValue> examples() const;
};

/// Values of the searched settings, by key: what one trial tries.
using Configuration = std::map<std::string, SettingValue>;

/// The first example of every searched setting.
Configuration first_configuration(const std::vector<SpaceEntry>& space);

/// A campaign that passed every check.
struct Campaign {
  pipeline::Recipe base;          ///< The recipe of the first configuration.
  pipeline::GivenSettings given;  ///< What the recipe part of the file says.
  std::vector<SpaceEntry> space;  ///< In the order of the file.
  SearchSpec search;
  std::string source;  ///< The text of the file, byte for byte.

  /// The recipe of one trial.
  /// Errors: as pipeline::make_recipe; invalid_argument if a key is not searched.
  pipeline::Recipe apply(const Configuration& configuration) const;
  /// A trial's recipe as it names its data: with the campaign's seed, whatever its own, as
  /// generated data is the same for all trials.
  pipeline::Recipe data_recipe(pipeline::Recipe trial) const;

  /// Everything that determines the results (not: comments, order of sections), as TOML.
  std::string canonical() const;
  /// Digest of canonical().
  Digest id() const;
};

}  // namespace basalt::search
