#include "learn/model/linear_model.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "learn/data/feature_quantizer.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

/// Fills the weights of score `k`; returns the coefficients that they stand for.
Vector<double> quantize_weights(LinearModel& model, Index k, Bits bits) {
  const Index columns = model.coefficients.cols();
  Vector<double> steps(columns);
  for (Index j = 0; j < columns; ++j) {
    steps(j) = model.features[static_cast<std::size_t>(j)].spec().scale;
  }
  const Vector<double> pulls = model.coefficients.row(k).transpose().cwiseProduct(steps);
  const auto largest = static_cast<double>((std::int64_t{1} << (bits.value - 1)) - 1);
  const double most = pulls.lpNorm<Eigen::Infinity>();
  const double scale = most > 0 ? most / largest : 1.0;
  for (Index j = 0; j < columns; ++j) {
    model.weights(k, j) = static_cast<std::int64_t>(std::nearbyint(pulls(j) / scale));
  }
  model.scale.push_back(scale);
  return (scale * model.weights.row(k).transpose().cast<double>()).cwiseQuotient(steps);
}

}  // namespace

LinearModel quantize(const LinearFit& fit, const Matrix<double>& features, LinearBits bits,
                     LinearLink link) {
  require(1 <= bits.inputs.value && bits.inputs.value <= 16 && 2 <= bits.weights.value &&
              bits.weights.value <= 16,
          ErrorCode::invalid_argument, "linear model: ", bits.inputs.value, " bits of inputs and ",
          bits.weights.value, " of weights, expected 1 to 16 and 2 to 16");
  require(fit.coefficients.allFinite() && fit.intercepts.allFinite(), ErrorCode::invalid_argument,
          "linear model: the coefficients are not finite; the training diverged");
  LinearModel model;
  model.coefficients = fit.coefficients;
  model.intercepts.assign(fit.intercepts.begin(), fit.intercepts.end());
  model.link = link;
  const Vector<double> means = features.colwise().mean();
  Vector<double> zeros(features.cols());
  for (Index j = 0; j < features.cols(); ++j) {
    const double low = features.col(j).minCoeff(), high = features.col(j).maxCoeff();
    model.features.push_back(feature_quantizer(low, high, bits.inputs));
    zeros(j) = model.features.back().dequantize(0);
  }
  model.weights.setZero(fit.coefficients.rows(), fit.coefficients.cols());
  for (Index k = 0; k < fit.coefficients.rows(); ++k) {
    const Vector<double> effective = quantize_weights(model, k, bits.weights);
    const double shift = (fit.coefficients.row(k).transpose() - effective).dot(means);
    model.offset.push_back(fit.intercepts(k) + shift + effective.dot(zeros));
  }
  return model;
}

Matrix<double> decision_function(const LinearModel& model, const Matrix<double>& features) {
  require(static_cast<std::size_t>(features.cols()) == model.features.size(), ErrorCode::mismatch,
          "linear model: ", features.cols(), " features, the model has ", model.features.size());
  Matrix<std::int64_t> integers(features.rows(), features.cols());
  for (Index row = 0; row < features.rows(); ++row) {
    for (Index j = 0; j < features.cols(); ++j) {
      integers(row, j) = model.features[static_cast<std::size_t>(j)].quantize(features(row, j));
    }
  }
  const Matrix<std::int64_t> products = integers * model.weights.transpose();
  Matrix<double> scores = products.cast<double>();
  for (Index k = 0; k < scores.cols(); ++k) {
    const auto at = static_cast<std::size_t>(k);
    scores.col(k) = (scores.col(k).array() * model.scale[at] + model.offset[at]).matrix();
  }
  return scores;
}

}  // namespace basalt::learn
