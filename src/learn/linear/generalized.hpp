// Generalized linear models: Poisson, Gamma and Tweedie regression by their deviances.
#pragma once

#include "learn/linear/descent.hpp"

namespace basalt::learn {

/// The law of the targets (variance = mean^power) and the link from scores to means.
struct GeneralizedSpec {
  double power = 0.0;     ///< 0: normal, 1: Poisson, 2: Gamma, between: compound Poisson-Gamma.
  bool log_link = false;  ///< mean = exp(score); else mean = score.
  double alpha = 1.0;     ///< Factor of half the squared coefficients.
  bool fit_intercept = true;
  MinimizerSpec descent{};
};

/// Half the unit deviance of `target` at `mean`, without terms that depend on the target only.
double half_deviance(double power, double target, double mean);

/// Minimizes the mean half deviance + alpha |w|^2 / 2, per target column.
/// Errors: invalid_argument if a target is outside the law: below 0 (power from 1), or 0 (from 2).
LinearFit fit_generalized(const Matrix<double>& features, const Matrix<double>& targets,
                          const GeneralizedSpec& spec);

}  // namespace basalt::learn
