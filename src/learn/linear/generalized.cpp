#include "learn/linear/generalized.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

void require_targets(const Matrix<double>& targets, double power) {
  if (power < 1) return;
  const double least = targets.minCoeff();
  require(least >= 0 && (power < 2 || least > 0), ErrorCode::invalid_argument,
          "regression with power ", power, ": a target is ", least, ", expected ",
          power < 2 ? "0 or more" : "above 0");
}

/// The descent starts at the mean target, which must be a mean that the law and the link know.
double first_intercept(const GeneralizedSpec& spec, double mean) {
  if (spec.log_link || spec.power != 0) {
    require(mean > 0, ErrorCode::invalid_argument, "regression with power ", spec.power,
            spec.log_link ? " and logarithmic link" : "", ": the mean target is ", mean,
            ", expected above 0");
  }
  if (!spec.fit_intercept && !spec.log_link && spec.power != 0) {
    throw Error(ErrorCode::invalid_argument,
                concat("regression with power ", spec.power,
                       " and link identity needs \"fit_intercept\": means must be above 0"),
                "fit_intercept");
  }
  return spec.log_link ? std::log(mean) : mean;
}

ScoreLoss deviance_loss(const GeneralizedSpec& spec, const Vector<double>& targets) {
  return [spec, &targets](const Matrix<double>& scores, Matrix<double>& derivative) {
    const double share = 1.0 / static_cast<double>(targets.size());
    double total = 0.0;
    for (Index row = 0; row < targets.size(); ++row) {
      const double score = scores(row, 0);
      const double mean = spec.log_link ? std::exp(score) : score;
      if (spec.power != 0 && !(mean > 0)) return std::numeric_limits<double>::infinity();
      total += half_deviance(spec.power, targets(row), mean);
      const double by_mean = (mean - targets(row)) * std::pow(mean, -spec.power);
      derivative(row, 0) = share * by_mean * (spec.log_link ? mean : 1.0);
    }
    return share * total;
  };
}

}  // namespace

double half_deviance(double power, double target, double mean) {
  if (power == 0) return 0.5 * (target - mean) * (target - mean);
  if (power == 1) return mean - target * std::log(mean);
  if (power == 2) return target / mean + std::log(mean);
  return std::pow(mean, 2 - power) / (2 - power) - target * std::pow(mean, 1 - power) / (1 - power);
}

LinearFit fit_generalized(const Matrix<double>& features, const Matrix<double>& targets,
                          const GeneralizedSpec& spec) {
  require_targets(targets, spec.power);
  LinearFit fit{Matrix<double>(targets.cols(), features.cols()), Vector<double>(targets.cols())};
  for (Index output = 0; output < targets.cols(); ++output) {
    const Vector<double> target = targets.col(output);
    SmoothFitSpec smooth;
    smooth.penalty = spec.alpha;
    smooth.fit_intercept = spec.fit_intercept;
    smooth.start_intercepts = Vector<double>::Constant(1, first_intercept(spec, target.mean()));
    smooth.descent = spec.descent;
    const LinearFit one = fit_smooth(features, deviance_loss(spec, target), smooth);
    fit.coefficients.row(output) = one.coefficients.row(0);
    fit.intercepts(output) = one.intercepts(0);
  }
  return fit;
}

}  // namespace basalt::learn
