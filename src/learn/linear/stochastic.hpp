// Linear models by stochastic gradient descent: SGDClassifier and SGDRegressor.
#pragma once

#include <functional>
#include <span>

#include "base/random.hpp"
#include "learn/model/linear_fit.hpp"

namespace basalt::learn {

enum class StochasticLoss {
  hinge,
  squared_hinge,
  log_loss,
  modified_huber,
  perceptron,
  squared_error,
  huber,
  epsilon_insensitive,
  squared_epsilon_insensitive
};
enum class StochasticRate { constant, optimal, invscaling, adaptive };

/// The problem mean loss + alpha * penalty, and the path to its minimum.
struct StochasticSpec {
  StochasticLoss loss = StochasticLoss::log_loss;
  double alpha = 1e-4;
  double l1_ratio = 0.0;  ///< 0: half the squared norm; 1: the sum of absolute values.
  bool penalized = true;  ///< Else alpha only sets the rate "optimal".
  double epsilon = 0.1;   ///< Of the Huber and the insensitive losses.
  bool fit_intercept = true;
  std::int64_t max_iterations = 1000;
  double tolerance = 1e-3;    ///< An epoch that gains less per row counts as none.
  std::int64_t patience = 5;  ///< Epochs without gain before the end, or a smaller rate.
  StochasticRate rate = StochasticRate::optimal;
  double first_rate = 0.01, power = 0.25;
  bool shuffle = true;
  std::int64_t average_from =
      0;                  ///< The result is the mean of the weights from this step; 0: last.
  double held_out = 0.0;  ///< Part of the rows on which epochs are evaluated; 0: the training loss.
  Vector<double> row_weights{};  ///< Empty: all 1.
};

/// Loss of a score; classification targets are -1 and 1.
double stochastic_loss(const StochasticSpec& spec, double score, double target);
/// Its derivative by the score.
double stochastic_slope(const StochasticSpec& spec, double score, double target);

/// One row of coefficients per class against the rest; for two classes only that of the second.
LinearFit fit_stochastic_classes(const Matrix<double>& features,
                                 std::span<const std::int32_t> labels, std::size_t classes,
                                 const StochasticSpec& spec, RandomStream random);

/// One row of coefficients per target.
LinearFit fit_stochastic(const Matrix<double>& features, const Matrix<double>& targets,
                         const StochasticSpec& spec, RandomStream random);

}  // namespace basalt::learn
