// Every choice that determines a run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/settings.hpp"
#include "circuit/target.hpp"
#include "learn/model/model.hpp"

namespace basalt::pipeline {

/// Where the data comes from and how it is prepared.
struct DataSpec {
  std::string file;        ///< A dataset file; or
  std::string csv, label;  ///< a CSV file and its label column; or
  std::string generate;    ///< the name of a generator, with
  std::int64_t rows = 1000;
  std::int64_t draw = -1;      ///< Seed of the generated rows; -1: the recipe's.
  std::string test_file;       ///< Rows of their own that judge: a dataset or CSV file; or
  std::int64_t test_rows = 0;  ///< so many freshly generated ones. Without: a share of all, with
  double test_share = 0.25;
  std::uint64_t split_seed = 42;
  bool stratify = false;
  bool standardize = true;
  std::int64_t train_rows = 0;  ///< Train on the first so many rows only; 0: on all.
  std::int64_t cv = 0;          ///< Folds of cross-validation on the training rows; 0: none.
  std::int64_t cv_repeats = 1;  ///< Times that the folds are drawn.
  /// What names the rows, however they are split: equal for specs that name the same rows.
  std::string source() const;
  friend bool operator==(const DataSpec&, const DataSpec&) = default;
};

struct FheSpec {
  circuit::Target target;
  std::int64_t execute_rows = 0;    ///< Test rows to encrypt, score and decrypt; 0: simulate only.
  std::int64_t simulate_rows = -1;  ///< Test rows to simulate; -1: all.
};

/// A second model, trained and judged on the same rows for comparison.
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
  Digest id() const;
};

/// Rules of the sections [data] and [fhe], for readers of recipes and search spaces. The names are
/// those of product.md, section 4.
std::span<const SettingRule> data_rules();
std::span<const SettingRule> fhe_rules();
/// Sections as settings and back. p_error and the like are texts such as "2^-40" or "1e-5".
DataSpec data_from(const Settings& settings);
FheSpec fhe_from(const Settings& settings);

}  // namespace basalt::pipeline
