// Least squares with and without penalties: LinearRegression, Ridge, Lasso and ElasticNet.
#pragma once

#include <cstdint>

#include "learn/model/linear_fit.hpp"

namespace basalt::learn {

/// Minimizes |targets - features w|^2; of several minima, the one of smallest norm.
/// Shape: features [rows x columns], targets [rows x outputs].
LinearFit fit_least_squares(const Matrix<double>& features, const Matrix<double>& targets,
                            bool fit_intercept);

/// Minimizes |targets - features w|^2 + alpha |w|^2; the intercept is free.
LinearFit fit_ridge(const Matrix<double>& features, const Matrix<double>& targets, double alpha,
                    bool fit_intercept);

/// The penalty of an elastic net and when to stop.
struct ElasticNetSpec {
  double alpha = 1.0;
  double l1_ratio = 0.5;  ///< 1: Lasso.
  bool fit_intercept = true;
  bool positive = false;  ///< Coefficients below 0 are forbidden.
  std::int64_t max_iterations = 1000;
  double tolerance = 1e-4;  ///< Of the duality gap, relative to |targets|^2.
};

/// Minimizes |targets - features w|^2 / (2 rows) + alpha l1_ratio |w|_1
/// + alpha (1 - l1_ratio) |w|^2 / 2 by cyclic coordinate descent.
/// Source: Friedman, Hastie and Tibshirani, Regularization paths for generalized linear models,
/// 2010; the duality gap: Kim et al., An interior-point method for l1-regularized least squares,
/// 2007.
LinearFit fit_elastic_net(const Matrix<double>& features, const Matrix<double>& targets,
                          const ElasticNetSpec& spec);

}  // namespace basalt::learn
