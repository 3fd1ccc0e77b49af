#include "learn/linear/logistic.hpp"

#include <cmath>
#include <cstdint>

namespace basalt::learn {
namespace {

using Eigen::Index;

/// log(1 + exp(x)) without overflow.
double log_of_one_plus_exp(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

double sigmoid(double x) {
  const double small = std::exp(-std::abs(x));
  return x >= 0 ? 1.0 / (1.0 + small) : small / (1.0 + small);
}

/// Cross-entropy of label 1 with probability sigmoid(score), summed with the rows' shares.
ScoreLoss binary_loss(std::span<const std::int32_t> labels, const Vector<double>& shares) {
  return [labels, &shares](const Matrix<double>& scores, Matrix<double>& derivative) {
    double total = 0.0;
    for (Index row = 0; row < scores.rows(); ++row) {
      const double score = scores(row, 0), share = shares(row);
      const double label = labels[static_cast<std::size_t>(row)];
      total += share * (log_of_one_plus_exp(score) - label * score);
      derivative(row, 0) = share * (sigmoid(score) - label);
    }
    return total;
  };
}

/// Cross-entropy of the softmax of the scores, summed with the rows' shares.
ScoreLoss softmax_loss(std::span<const std::int32_t> labels, const Vector<double>& shares) {
  return [labels, &shares](const Matrix<double>& scores, Matrix<double>& derivative) {
    double total = 0.0;
    for (Index row = 0; row < scores.rows(); ++row) {
      const double share = shares(row);
      const Index label = labels[static_cast<std::size_t>(row)];
      const double highest = scores.row(row).maxCoeff();
      derivative.row(row) = (scores.row(row).array() - highest).exp();
      const double sum = derivative.row(row).sum();
      total += share * (std::log(sum) + highest - scores(row, label));
      derivative.row(row) *= share / sum;
      derivative(row, label) -= share;
    }
    return total;
  };
}

}  // namespace

LinearFit fit_logistic(const Matrix<double>& features, std::span<const std::int32_t> labels,
                       std::size_t classes, const LogisticSpec& spec) {
  const Index outputs = classes == 2 ? 1 : static_cast<Index>(classes);
  const auto rows = static_cast<double>(labels.size());
  Vector<double> shares = Vector<double>::Constant(features.rows(), 1.0 / rows);
  if (spec.row_weights.size() > 0) shares = spec.row_weights / rows;
  const double penalty = 1.0 / (spec.inverse_penalty * rows);
  SmoothFitSpec smooth;
  smooth.penalty = penalty * (1.0 - spec.l1_ratio);
  smooth.absolute_penalty = penalty * spec.l1_ratio;
  smooth.fit_intercept = spec.fit_intercept;
  smooth.start_intercepts = Vector<double>::Zero(outputs);
  smooth.descent = spec.descent;
  const ScoreLoss loss = classes == 2 ? binary_loss(labels, shares) : softmax_loss(labels, shares);
  return fit_smooth(features, loss, smooth);
}

}  // namespace basalt::learn
