// The rows that a recipe names, and their two parts: to train on and to judge on.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "learn/data/dataset.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::pipeline {

/// What [data] names, before it is split.
struct Data {
  learn::Dataset rows;                 ///< To train on; without `test` a share of them judges.
  std::optional<learn::Dataset> test;  ///< Rows of their own that only judge.

  Data() = default;
  Data(learn::Dataset all) : rows(std::move(all)) {}  // NOLINT: most data has no rows but these
  Data(learn::Dataset train, learn::Dataset judges)
      : rows(std::move(train)), test(std::move(judges)) {}

  /// Digest of the whole content; without `test` that of the rows.
  Digest id() const;
};

/// Errors: mismatch with subject "test_file" unless both have the same task, features and outputs,
///         or if they are the same rows.
void require_alike(const learn::Dataset& train, const learn::Dataset& test);

/// The parts as [data] says: rows of their own that judge, or a share of all; then the first
/// `train_rows` of the others to train on.
/// Errors: as learn::split and require_alike; invalid_argument with subject "train_rows" if there
///         are fewer.
learn::Split split(const Data& data, const DataSpec& spec);

}  // namespace basalt::pipeline
