// Smooth convex problems of linear models: a quasi-Newton minimizer and the fit built on it.
#pragma once

#include <cstdint>
#include <functional>

#include "learn/model/linear_fit.hpp"

namespace basalt::learn {

/// Value at a point; writes the gradient there. An infinite value makes the line search step back.
using Objective = std::function<double(const Vector<double>& point, Vector<double>& gradient)>;

/// When a minimizer stops.
struct MinimizerSpec {
  std::int64_t max_iterations = 1000;
  double tolerance = 1e-8;  ///< Largest absolute component of the gradient at the end.
};

/// The minimum of a smooth convex objective + sum_i absolute_i |x_i|, by limited-memory BFGS with
/// backtracking; `absolute` may be empty: no such penalty.
/// Source: Nocedal and Wright, Numerical Optimization, algorithm 7.5; with absolute values: Andrew
/// and Gao, Scalable training of L1-regularized log-linear models, 2007.
Vector<double> minimize(const Objective& objective, Vector<double> start, const MinimizerSpec& spec,
                        const Vector<double>& absolute = {});

/// Loss of all rows from their scores [rows x outputs]; writes its derivative by each score.
using ScoreLoss = std::function<double(const Matrix<double>& scores, Matrix<double>& derivative)>;

/// Everything about a fit but its loss.
struct SmoothFitSpec {
  double penalty = 0.0;           ///< Factor of half the squared coefficients.
  double absolute_penalty = 0.0;  ///< Factor of their absolute values.
  bool fit_intercept = true;
  /// The intercept is this times a coefficient that is penalized like the others; 0: it is free.
  double intercept_scaling = 0.0;
  Vector<double> start_intercepts;  ///< One per output; sets the number of outputs.
  MinimizerSpec descent{};
};

/// The coefficients that minimize
/// loss(scores) + penalty / 2 * |coefficients|^2 + absolute_penalty * |coefficients|_1.
LinearFit fit_smooth(const Matrix<double>& features, const ScoreLoss& loss,
                     const SmoothFitSpec& spec);

}  // namespace basalt::learn
