// The rows of a training loop: those to train on and those held out, as they enter a network.
#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "learn/model/float_product.hpp"
#include "learn/training/target_scale.hpp"
#include "learn/training/training_spec.hpp"

namespace basalt::learn {

/// Rows as they enter a network, with what they stand for.
struct LoopRows {
  std::vector<FloatMatrix>
      copies{};  ///< The rows, then changed copies: a row of a batch draws one.
  std::vector<Matrix<std::uint8_t>> integers{};  ///< In place of `copies`, a quarter of the memory.
  /// Makes the integers of a changed copy, anew for each epoch; none: the copies above are all.
  std::function<Matrix<std::uint8_t>(std::size_t epoch)> change{};
  double changed_share = 1.0;          ///< Share of the rows that draw a changed copy.
  std::vector<std::int32_t> labels{};  ///< Classification.
  FloatMatrix targets{};               ///< Regression: mean 0, deviation 1.
  std::vector<double> target_mean{}, target_deviation{};  ///< Of the real targets, for scores.

  std::size_t rows() const noexcept {
    if (!integers.empty()) return static_cast<std::size_t>(integers.front().rows());
    return copies.empty() ? 0 : static_cast<std::size_t>(copies.front().rows());
  }
  std::size_t copy_count() const noexcept {
    return std::max(copies.size(), integers.size() + (change ? 1U : 0U));
  }
  /// The rows themselves.
  FloatMatrix originals() const;
};

/// Classes or targets of `data`.
std::size_t outputs_of(const Dataset& data);

/// Rows to train on and rows to watch, by the setting validation_share; of every class the same
/// share, unless one has fewer than 2 rows.
std::pair<Dataset, Dataset> hold_out(const TrainingSpec& spec, const Dataset& data,
                                     const RandomStream& random);

/// Rows of a training loop with the labels or scaled targets of `data`; none if it has no rows.
LoopRows labelled_rows(FloatMatrix inputs, const Dataset& data, const TargetScale& scale);

}  // namespace basalt::learn
