// Every choice that determines a run.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/random.hpp"
#include "base/settings.hpp"
#include "circuit/target.hpp"
#include "learn/model/model.hpp"

namespace basalt::pipeline {

/// Where the data comes from and how it is prepared: the section [data], with its defaults. What
/// each key means and allows: data_rules().
struct DataSpec {
  std::string file, csv, label, generate;
  std::int64_t rows = 1000;
  std::int64_t draw = -1;
  std::string test_file;
  std::int64_t test_rows = 0;
  std::int64_t train_rows = 0;
  double test_share = 0.25;
  std::uint64_t split_seed = 42;
  bool stratify = false;
  bool standardize = true;
  std::int64_t cv = 0;
  std::int64_t cv_repeats = 1;
  /// What names the rows, however they are split: equal for specs that name the same rows.
  std::string source() const;
  friend bool operator==(const DataSpec&, const DataSpec&) = default;
};

/// What encryption is asked for: the section [fhe], with its defaults. What each key means and
/// allows: fhe_rules().
struct FheSpec {
  circuit::Target target;
  std::int64_t execute_rows = 0;
  std::int64_t simulate_rows = -1;
};

/// A second model, trained and evaluated on the same rows for comparison: the section [baseline],
/// whose rules are those of its estimator.
struct Baseline {
  std::string estimator;
  Settings model;  ///< Complete.
};

/// A whole recipe.
struct Recipe {
  std::string name;
  Seed seed;
  DataSpec data;
  std::string estimator;
  Settings model;  ///< Complete: every rule of the estimator has a value.
  /// In place of training; `estimator` is its own, `model` empty.
  std::optional<learn::Model> trained{};
  std::optional<Baseline> baseline{};
  FheSpec fhe;
  /// Covers everything.
  Digest id() const;
};

/// Rules of the sections [data] and [fhe], for readers of recipes and search spaces. The defaults
/// are those of the structs; p_error and the like are texts such as "2^-40" or "1e-5".
std::span<const SettingRule> data_rules();
std::span<const SettingRule> fhe_rules();

/// Complete settings of a section as its struct.
/// Errors: invalid_argument with the key as subject where a probability is none or the target
/// impossible.
DataSpec data_from(const Settings& settings);
FheSpec fhe_from(const Settings& settings);

}  // namespace basalt::pipeline
