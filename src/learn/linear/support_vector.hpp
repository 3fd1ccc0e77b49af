// Linear support vector machines: classification by margins and regression in a tube.
#pragma once

#include <span>

#include "base/random.hpp"
#include "learn/linear/descent.hpp"

namespace basalt::learn {

/// A support vector machine whose intercept is the weight of a constant feature, penalized like
/// the others.
struct SupportVectorSpec {
  double inverse_penalty = 1.0;  ///< C: weight of the losses against the penalty.
  double epsilon = 0.0;          ///< Half width of the tube without loss; regression only.
  bool squared = true;           ///< Squared losses; else their plain sum.
  bool absolute = false;  ///< Penalty |w|_1 instead of |w|^2 / 2; classes, squared losses only.
  bool fit_intercept = true;
  double intercept_scaling = 1.0;  ///< The constant feature.
  Vector<double> row_weights{};    ///< Empty: all 1; classes only.
  MinimizerSpec descent{};
};

/// One row of coefficients per class against the rest; for two classes only that of the second.
/// Minimizes C * (sum of weighted hinge losses, perhaps squared) + penalty.
LinearFit fit_support_vectors(const Matrix<double>& features, std::span<const std::int32_t> labels,
                              std::size_t classes, const SupportVectorSpec& spec,
                              RandomStream random);

/// Minimizes C * (sum of distances to the tube, perhaps squared) + |w|^2 / 2, per target.
/// Source: Ho and Lin, Large-scale linear support vector regression, 2012 (dual coordinate
/// descent).
LinearFit fit_support_regression(const Matrix<double>& features, const Matrix<double>& targets,
                                 const SupportVectorSpec& spec, RandomStream random);

}  // namespace basalt::learn
