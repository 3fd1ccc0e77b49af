// Logistic regression: two classes by one score, several by the softmax of theirs.
#pragma once

#include <span>

#include "learn/linear_descent.hpp"

namespace basalt::learn {

/// Penalty and end of a logistic regression.
struct LogisticSpec {
  double inverse_penalty = 1.0;  ///< C: weight of the losses against half the squared norm.
  bool fit_intercept = true;
  DescentSpec descent{};
};

/// Minimizes C * (sum of cross-entropies) + |w|^2 / 2, intercepts free. Two classes give one row
/// of coefficients (the score of the second class), more give one per class, with zero sum.
LinearFit fit_logistic(const Matrix<double>& features, std::span<const std::int32_t> labels,
                       std::size_t classes, const LogisticSpec& spec);

}  // namespace basalt::learn
