#include "learn/linear_stochastic.hpp"

#include <algorithm>
#include <cmath>

namespace basalt::learn {
namespace {

using Eigen::Index;

double log_loss(double margin) {
  return margin > 0 ? std::log1p(std::exp(-margin)) : std::log1p(std::exp(margin)) - margin;
}

/// What is left of an error outside its tube, with its sign.
double outside(double error, double epsilon) {
  return std::copysign(std::max(std::abs(error) - epsilon, 0.0), error);
}

double sign_of(double x) {
  return x > 0 ? 1.0 : (x < 0 ? -1.0 : 0.0);
}

/// One target's descent: weights, learning rate and the judgement of epochs.
class Descent {
 public:
  Descent(const Matrix<double>& features, const Vector<double>& targets, const StochasticSpec& spec)
      : features_(features),
        targets_(targets),
        spec_(spec),
        weights_(Vector<double>::Zero(features.cols())),
        rate_(spec.first_rate) {
    // The first rate of "optimal" is chosen so that a typical weight moves about its own size.
    const double typical = std::sqrt(1.0 / std::sqrt(spec.alpha));
    const double steepest = std::max(1.0, std::abs(stochastic_slope(spec, -typical, 1.0)));
    optimal_start_ = steepest / (typical * spec.alpha);
  }

  void run(RandomStream random) {
    double best = 1e300;
    std::int64_t without_gain = 0;
    for (std::int64_t epoch = 0; epoch < spec_.max_iterations; ++epoch) {
      const double total = pass(random);
      if (!std::isfinite(total)) return;
      const double gain = spec_.tolerance * static_cast<double>(targets_.size());
      without_gain = total > best - gain ? without_gain + 1 : 0;
      best = std::min(best, total);
      if (without_gain < spec_.patience) continue;
      if (spec_.rate != StochasticRate::adaptive || rate_ <= 1e-6) return;
      rate_ /= 5.0;
      without_gain = 0;
    }
  }

  const Vector<double>& weights() const { return weights_; }
  double intercept() const { return intercept_; }

 private:
  double pass(RandomStream& random) {
    double total = 0.0;
    for (const std::size_t row : random.permutation(static_cast<std::size_t>(targets_.size()))) {
      total += step(static_cast<Index>(row));
    }
    return total;
  }

  double step(Index row) {
    const double rate = rate_now();
    const double score = features_.row(row).dot(weights_) + intercept_;
    const double slope = std::clamp(stochastic_slope(spec_, score, targets_(row)), -1e12, 1e12);
    weights_ *= std::max(0.0, 1.0 - rate * spec_.alpha * (1.0 - spec_.l1_ratio));
    weights_ -= rate * slope * features_.row(row).transpose();
    if (spec_.fit_intercept) intercept_ -= rate * slope;
    const double shrink = rate * spec_.alpha * spec_.l1_ratio;
    if (shrink > 0) weights_ = weights_.unaryExpr([&](double w) { return outside(w, shrink); });
    ++steps_;
    return stochastic_loss(spec_, score, targets_(row));
  }

  double rate_now() const {
    const auto steps = static_cast<double>(steps_);
    if (spec_.rate == StochasticRate::optimal) {
      return 1.0 / (spec_.alpha * (optimal_start_ + steps - 1.0));
    }
    if (spec_.rate == StochasticRate::invscaling) {
      return spec_.first_rate / std::pow(steps, spec_.power);
    }
    return rate_;
  }

  const Matrix<double>& features_;
  const Vector<double>& targets_;
  const StochasticSpec& spec_;
  Vector<double> weights_;
  double intercept_ = 0.0, rate_, optimal_start_ = 1.0;
  std::int64_t steps_ = 1;
};

}  // namespace

double stochastic_loss(const StochasticSpec& spec, double score, double target) {
  const double margin = score * target, error = score - target;
  switch (spec.loss) {
    case StochasticLoss::hinge:
      return std::max(0.0, 1 - margin);
    case StochasticLoss::squared_hinge:
      return std::pow(std::max(0.0, 1 - margin), 2);
    case StochasticLoss::log_loss:
      return log_loss(margin);
    case StochasticLoss::modified_huber:
      return margin < -1 ? -4 * margin : std::pow(std::max(0.0, 1 - margin), 2);
    case StochasticLoss::perceptron:
      return std::max(0.0, -margin);
    case StochasticLoss::squared_error:
      return 0.5 * error * error;
    case StochasticLoss::huber:
      return std::abs(error) <= spec.epsilon ? 0.5 * error * error
                                             : spec.epsilon * (std::abs(error) - spec.epsilon / 2);
    case StochasticLoss::epsilon_insensitive:
      return std::abs(outside(error, spec.epsilon));
    case StochasticLoss::squared_epsilon_insensitive:
      return std::pow(outside(error, spec.epsilon), 2);
  }
  return 0.0;
}

double stochastic_slope(const StochasticSpec& spec, double score, double target) {
  const double margin = score * target, error = score - target;
  switch (spec.loss) {
    case StochasticLoss::hinge:
      return margin < 1 ? -target : 0.0;
    case StochasticLoss::squared_hinge:
      return -2 * target * std::max(0.0, 1 - margin);
    case StochasticLoss::log_loss:
      return -target * (margin > 0 ? std::exp(-margin) / (1 + std::exp(-margin))
                                   : 1 / (1 + std::exp(margin)));
    case StochasticLoss::modified_huber:
      return margin < -1 ? -4 * target : -2 * target * std::max(0.0, 1 - margin);
    case StochasticLoss::perceptron:
      return margin <= 0 ? -target : 0.0;
    case StochasticLoss::squared_error:
      return error;
    case StochasticLoss::huber:
      return std::clamp(error, -spec.epsilon, spec.epsilon);
    case StochasticLoss::epsilon_insensitive:
      return sign_of(outside(error, spec.epsilon));
    case StochasticLoss::squared_epsilon_insensitive:
      return 2 * outside(error, spec.epsilon);
  }
  return 0.0;
}

LinearFit fit_stochastic(const Matrix<double>& features, const Matrix<double>& targets,
                         const StochasticSpec& spec, RandomStream random) {
  LinearFit fit{Matrix<double>(targets.cols(), features.cols()), Vector<double>(targets.cols())};
  for (Index output = 0; output < targets.cols(); ++output) {
    const Vector<double> target = targets.col(output);
    Descent descent(features, target, spec);
    descent.run(random.child("output", static_cast<std::uint64_t>(output)));
    fit.coefficients.row(output) = descent.weights().transpose();
    fit.intercepts(output) = descent.intercept();
  }
  return fit;
}

LinearFit fit_stochastic_classes(const Matrix<double>& features,
                                 std::span<const std::int32_t> labels, std::size_t classes,
                                 const StochasticSpec& spec, RandomStream random) {
  const Index outputs = classes == 2 ? 1 : static_cast<Index>(classes);
  Matrix<double> sides(features.rows(), outputs);
  for (Index row = 0; row < features.rows(); ++row) {
    for (Index output = 0; output < outputs; ++output) {
      const Index wanted = classes == 2 ? 1 : output;
      sides(row, output) = labels[static_cast<std::size_t>(row)] == wanted ? 1.0 : -1.0;
    }
  }
  return fit_stochastic(features, sides, spec, std::move(random));
}

}  // namespace basalt::learn
