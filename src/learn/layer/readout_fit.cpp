#include "learn/layer/readout_fit.hpp"

#include <cmath>

#include "learn/linear/least_squares.hpp"
#include "learn/linear/logistic.hpp"

namespace basalt::learn {
namespace {

/// Weight of the losses against half the squared norm; of the squared norm alone in regression.
constexpr double inverse_penalty = 10.0, ridge = 1.0;
constexpr double tolerance = 1e-3;  ///< Of the sum of the losses' gradient: far below one row.

/// Inputs as deviations from their mean, in units of `deviation`, then the hidden values.
struct Features {
  Matrix<double> values;
  Vector<double> mean, deviation;
};

Features features_of(const Matrix<double>& inputs, const Matrix<double>& hidden) {
  const Standardizer standardizer = Standardizer::fit(inputs);
  Features features;
  features.values.resize(inputs.rows(), inputs.cols() + hidden.cols());
  features.values << standardizer.apply(inputs), hidden;
  features.mean = Eigen::Map<const Vector<double>>(standardizer.mean().data(), inputs.cols());
  features.deviation =
      Eigen::Map<const Vector<double>>(standardizer.deviation().data(), inputs.cols());
  for (double& deviation : features.deviation) deviation = deviation > 0 ? deviation : 1.0;
  return features;
}

/// Two classes as two opposite scores instead of one.
LinearFit with_both_classes(const LinearFit& fit) {
  LinearFit both{Matrix<double>(2, fit.coefficients.cols()), Vector<double>(2)};
  both.coefficients << -0.5 * fit.coefficients, 0.5 * fit.coefficients;
  both.intercepts << -0.5 * fit.intercepts(0), 0.5 * fit.intercepts(0);
  return both;
}

/// One-hot labels less the softmax of the scores; the mean cross-entropy.
void evaluate_classes(const Dataset& data, const Matrix<double>& scores, FittedReadOut& fitted) {
  fitted.residual.resize(scores.rows(), scores.cols());
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    const auto label = static_cast<Eigen::Index>(data.labels[static_cast<std::size_t>(row)]);
    const double largest = scores.row(row).maxCoeff();
    const Eigen::ArrayXd powers = (scores.row(row).array() - largest).exp().transpose();
    const double sum = powers.sum();
    fitted.residual.row(row) = -(powers / sum).matrix().transpose();
    fitted.residual(row, label) += 1.0;
    fitted.loss += std::log(sum) + largest - scores(row, label);
  }
  fitted.loss /= static_cast<double>(scores.rows());
}

}  // namespace

FittedReadOut fit_readout(const Dataset& data, const Matrix<double>& targets,
                          const Matrix<double>& inputs, const Matrix<double>& hidden,
                          std::int64_t input_high) {
  const Features features = features_of(inputs, hidden);
  const bool classifies = data.task == Task::classification;
  LinearFit fit;
  if (classifies) {
    fit = fit_logistic(features.values, data.labels, data.classes.size(),
                       {.inverse_penalty = inverse_penalty,
                        .descent = {.max_iterations = 200, .tolerance = tolerance}});
    if (fit.coefficients.rows() == 1) fit = with_both_classes(fit);
  } else {
    fit = fit_ridge(features.values, targets, ridge, true);
  }
  const Eigen::Index count = inputs.cols();
  Matrix<double> skip = fit.coefficients.leftCols(count);
  skip.array().rowwise() /= features.deviation.transpose().array();
  const Vector<double> bias = fit.intercepts - skip * features.mean;
  RealReadOut real;
  real.hidden = fit.coefficients.rightCols(hidden.cols()).cast<float>();
  real.skip = (static_cast<double>(input_high) * skip).cast<float>();
  real.bias = bias.transpose().cast<float>();
  return evaluate_readout(real, data, targets, inputs, hidden, input_high);
}

RealReadOut fit_linear(const Matrix<double>& targets, const FloatMatrix& inputs,
                       std::int64_t input_high) {
  Dataset data;
  data.task = Task::regression;
  const Matrix<double> none(inputs.rows(), 0);
  return fit_readout(data, targets, inputs.cast<double>(), none, input_high).real;
}

FittedReadOut evaluate_readout(const RealReadOut& real, const Dataset& data,
                               const Matrix<double>& targets, const Matrix<double>& inputs,
                               const Matrix<double>& hidden, std::int64_t input_high) {
  Matrix<double> scores = real.bias.cast<double>().replicate(inputs.rows(), 1);
  scores += hidden * real.hidden.cast<double>().transpose();
  scores += inputs * (real.skip.cast<double>() / static_cast<double>(input_high)).transpose();
  FittedReadOut fitted{.real = real, .residual = {}};
  if (data.task == Task::classification) {
    evaluate_classes(data, scores, fitted);
  } else {
    fitted.residual = targets - scores;
    fitted.loss = fitted.residual.squaredNorm() / static_cast<double>(scores.rows());
  }
  return fitted;
}

}  // namespace basalt::learn
