// Logistic regression: two classes by one score, several by the softmax of theirs.
#pragma once

#include <cstdint>
#include <span>

#include "learn/linear/descent.hpp"

namespace basalt::learn {

/// Penalty and end of a logistic regression.
struct LogisticSpec {
  double inverse_penalty = 1.0;  ///< C: weight of the losses against the penalty.
  double l1_ratio = 0.0;         ///< Part of the absolute values in the penalty.
  bool fit_intercept = true;
  Vector<double> row_weights{};  ///< Empty: all 1.
  MinimizerSpec descent{};
};

/// Minimizes C * (sum of weighted cross-entropies) + (1 - l1_ratio) |w|^2 / 2 + l1_ratio |w|_1,
/// intercepts free. Two classes give one row of coefficients (the score of the second class), more
/// give one per class.
LinearFit fit_logistic(const Matrix<double>& features, std::span<const std::int32_t> labels,
                       std::size_t classes, const LogisticSpec& spec);

}  // namespace basalt::learn
