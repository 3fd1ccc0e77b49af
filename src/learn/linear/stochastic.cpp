#include "learn/linear/stochastic.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "learn/estimator/class_weight.hpp"

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

bool separates_classes(StochasticLoss loss) {
  return loss <= StochasticLoss::perceptron;
}

/// Rows that are trained on, and those held out to evaluate the epochs: a part of each side of the
/// targets, or of all rows.
struct Rows {
  std::vector<Index> trained, held_out;
};

Rows parted(const Vector<double>& targets, const StochasticSpec& spec, RandomStream random) {
  Rows rows;
  std::map<double, std::vector<Index>> groups;
  for (const std::size_t row : random.permutation(static_cast<std::size_t>(targets.size()))) {
    const auto at = static_cast<Index>(row);
    groups[separates_classes(spec.loss) ? targets(at) : 0.0].push_back(at);
  }
  for (const auto& [side, group] : groups) {
    const auto held =
        static_cast<std::size_t>(std::ceil(spec.held_out * static_cast<double>(group.size())));
    for (std::size_t i = 0; i < group.size(); ++i) {
      (i < held && held < group.size() ? rows.held_out : rows.trained).push_back(group[i]);
    }
  }
  std::ranges::sort(rows.trained);
  return rows;
}

/// One target's descent: weights, learning rate and the evaluation of epochs.
class Descent {
 public:
  Descent(const Matrix<double>& features, const Vector<double>& targets, const StochasticSpec& spec)
      : features_(features),
        targets_(targets),
        spec_(spec),
        weights_(Vector<double>::Zero(features.cols())),
        mean_(weights_),
        rate_(spec.first_rate) {
    // The first rate of "optimal" is chosen so that a typical weight moves about its own size.
    const double typical = std::sqrt(1.0 / std::sqrt(spec.alpha));
    const double steepest = std::max(1.0, std::abs(stochastic_slope(spec, -typical, 1.0)));
    optimal_start_ = steepest / (typical * spec.alpha);
  }

  void run(RandomStream random) {
    rows_ = parted(targets_, spec_, random.child("held out"));
    double best = 1e300;
    std::int64_t without_gain = 0;
    for (std::int64_t epoch = 0; epoch < spec_.max_iterations; ++epoch) {
      const double trained = pass(random);
      if (!std::isfinite(trained)) return;
      const double loss = rows_.held_out.empty() ? trained : held_out_loss();
      without_gain = loss > best - spec_.tolerance ? without_gain + 1 : 0;
      best = std::min(best, loss);
      if (without_gain < spec_.patience) continue;
      if (spec_.rate != StochasticRate::adaptive || rate_ <= 1e-6) return;
      rate_ /= 5.0;
      without_gain = 0;
    }
  }

  bool is_averaged() const { return spec_.average_from > 0 && steps_ > spec_.average_from; }
  const Vector<double>& weights() const { return is_averaged() ? mean_ : weights_; }
  double intercept() const { return is_averaged() ? mean_intercept_ : intercept_; }

 private:
  /// Mean loss of the rows as they were met.
  double pass(RandomStream& random) {
    double total = 0.0;
    const std::size_t count = rows_.trained.size();
    if (spec_.shuffle) {
      for (const std::size_t i : random.permutation(count)) total += step(rows_.trained[i]);
    } else {
      for (const Index row : rows_.trained) total += step(row);
    }
    return total / static_cast<double>(count);
  }

  double score_of(Index row) const { return features_.row(row).dot(weights_) + intercept_; }

  /// Share of wrong sides, or unexplained share of the variance.
  double held_out_loss() const {
    double wrong = 0.0, squares = 0.0, sum = 0.0, square_sum = 0.0;
    for (const Index row : rows_.held_out) {
      const double score = score_of(row), target = targets_(row);
      wrong += (score > 0) != (target > 0);
      squares += (score - target) * (score - target);
      sum += target;
      square_sum += target * target;
    }
    const auto count = static_cast<double>(rows_.held_out.size());
    if (separates_classes(spec_.loss)) return wrong / count;
    const double spread = square_sum - sum * sum / count;
    return spread > 0 ? squares / spread : squares;
  }

  double step(Index row) {
    const double rate = rate_now();
    const double score = score_of(row);
    const double weight = spec_.row_weights.size() > 0 ? spec_.row_weights(row) : 1.0;
    const double slope =
        weight * std::clamp(stochastic_slope(spec_, score, targets_(row)), -1e12, 1e12);
    const double alpha = spec_.penalized ? spec_.alpha : 0.0;
    weights_ *= std::max(0.0, 1.0 - rate * alpha * (1.0 - spec_.l1_ratio));
    weights_ -= rate * slope * features_.row(row).transpose();
    if (spec_.fit_intercept) intercept_ -= rate * slope;
    const double shrink = rate * alpha * spec_.l1_ratio;
    if (shrink > 0) weights_ = weights_.unaryExpr([&](double w) { return outside(w, shrink); });
    if (spec_.average_from > 0 && steps_ >= spec_.average_from) average();
    ++steps_;
    return stochastic_loss(spec_, score, targets_(row));
  }

  void average() {
    const double part = 1.0 / static_cast<double>(steps_ - spec_.average_from + 1);
    mean_ += part * (weights_ - mean_);
    mean_intercept_ += part * (intercept_ - mean_intercept_);
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
  Rows rows_;
  Vector<double> weights_, mean_;
  double intercept_ = 0.0, mean_intercept_ = 0.0, rate_, optimal_start_ = 1.0;
  std::int64_t steps_ = 1;
};

void fit_output(LinearFit& fit, Index output, const Matrix<double>& features,
                const Vector<double>& targets, const StochasticSpec& spec,
                const RandomStream& random) {
  Descent descent(features, targets, spec);
  descent.run(random.child("output", static_cast<std::uint64_t>(output)));
  fit.coefficients.row(output) = descent.weights().transpose();
  fit.intercepts(output) = descent.intercept();
}

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
    fit_output(fit, output, features, targets.col(output), spec, random);
  }
  return fit;
}

LinearFit fit_stochastic_classes(const Matrix<double>& features,
                                 std::span<const std::int32_t> labels, std::size_t classes,
                                 const StochasticSpec& spec, RandomStream random) {
  const Index outputs = classes == 2 ? 1 : static_cast<Index>(classes);
  LinearFit fit{Matrix<double>(outputs, features.cols()), Vector<double>(outputs)};
  StochasticSpec one = spec;
  Vector<double> sides(features.rows());
  for (Index output = 0; output < outputs; ++output) {
    const auto wanted = static_cast<std::int32_t>(classes == 2 ? 1 : output);
    for (Index row = 0; row < features.rows(); ++row) {
      sides(row) = labels[static_cast<std::size_t>(row)] == wanted ? 1.0 : -1.0;
    }
    if (classes > 2) one.row_weights = against_the_rest(spec.row_weights, labels, wanted);
    fit_output(fit, output, features, sides, one, random);
  }
  return fit;
}

}  // namespace basalt::learn
