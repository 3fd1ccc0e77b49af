// The rows that a recipe names, and their two parts: to train on and to test on.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "learn/data/dataset.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::pipeline {

/// What [data] names, before it is split.
struct Data {
  learn::Dataset rows;  ///< To train on; without `test` a share of them are test rows.
  std::optional<learn::Dataset> test;  ///< Test rows of their own.

  Data() = default;
  Data(learn::Dataset all) : rows(std::move(all)) {}  // NOLINT: most data has no rows but these
  Data(learn::Dataset train, learn::Dataset tests)
      : rows(std::move(train)), test(std::move(tests)) {}

  /// Digest of the whole content; without `test` that of the rows.
  Digest id() const;
};

/// Errors: mismatch with subject "test_file" unless both have the same task, features and outputs,
///         or if they are the same rows.
void require_alike(const learn::Dataset& train, const learn::Dataset& test);

/// The first `count` rows, or all if there are fewer.
learn::Dataset first_rows(const learn::Dataset& data, std::size_t count);

/// The parts as [data] says: test rows of their own, or a share of all; then the first
/// `train_rows` of the others to train on.
/// Errors: as learn::split and require_alike; invalid_argument with subject "train_rows" if there
///         are fewer.
learn::Split split(const Data& data, const DataSpec& spec);

}  // namespace basalt::pipeline
