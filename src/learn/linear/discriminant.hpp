// Linear discriminant analysis: Gaussian classes that share one covariance, in closed form.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "learn/model/linear_fit.hpp"

namespace basalt::learn {

/// Shares of the classes, and how their covariance is estimated.
struct DiscriminantSpec {
  Vector<double> priors{};  ///< One per class, divided by their sum; empty: the shares of the rows.
  /// How far each class's covariance is drawn to a multiple of the identity, 0 to 1; none: so far
  /// as the class's own rows advise (Ledoit and Wolf).
  std::optional<double> shrinkage = 0.0;
  /// Directions within the classes of less deviation are left out, each feature being measured in
  /// its own deviation within the classes.
  double tolerance = 1e-4;
};

/// Log-densities of the classes plus the logarithm of their shares, less what all of them have in
/// common, so that their softmax is the probability of each class. The covariance is the classes'
/// own ones, weighted by their shares. Two classes give one row of coefficients (the second less
/// the first), more give one per class. A class whose share is 0 is never the likeliest.
/// Shape: features [rows x columns], one label per row.
/// Errors: invalid_argument with the subject priors unless there is one per class, none below 0,
///         not all 0, and only classes with rows have any; with tol if it leaves no direction out
///         of some; with estimator if all rows of each class are equal.
/// Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 4.3;
///         Ledoit and Wolf, A well-conditioned estimator for large-dimensional covariance matrices,
///         2004, here on features of deviation 1 within the class.
LinearFit fit_discriminant(const Matrix<double>& features, std::span<const std::int32_t> labels,
                           std::size_t classes, const DiscriminantSpec& spec);

}  // namespace basalt::learn
