#include "learn/linear_logistic.hpp"

#include <cmath>

namespace basalt::learn {
namespace {

using Eigen::Index;

/// log(1 + exp(x)) without overflow.
double softplus(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

double sigmoid(double x) {
  const double small = std::exp(-std::abs(x));
  return x >= 0 ? 1.0 / (1.0 + small) : small / (1.0 + small);
}

/// Mean cross-entropy of label 1 with probability sigmoid(score).
ScoreLoss binary_loss(std::span<const std::int32_t> labels) {
  return [labels](const Matrix<double>& scores, Matrix<double>& derivative) {
    const double share = 1.0 / static_cast<double>(labels.size());
    double total = 0.0;
    for (Index row = 0; row < scores.rows(); ++row) {
      const double score = scores(row, 0);
      const double label = labels[static_cast<std::size_t>(row)];
      total += softplus(score) - label * score;
      derivative(row, 0) = share * (sigmoid(score) - label);
    }
    return share * total;
  };
}

/// Mean cross-entropy of the softmax of the scores.
ScoreLoss softmax_loss(std::span<const std::int32_t> labels) {
  return [labels](const Matrix<double>& scores, Matrix<double>& derivative) {
    const double share = 1.0 / static_cast<double>(labels.size());
    double total = 0.0;
    for (Index row = 0; row < scores.rows(); ++row) {
      const Index label = labels[static_cast<std::size_t>(row)];
      const double highest = scores.row(row).maxCoeff();
      derivative.row(row) = (scores.row(row).array() - highest).exp();
      const double sum = derivative.row(row).sum();
      total += std::log(sum) + highest - scores(row, label);
      derivative.row(row) *= share / sum;
      derivative(row, label) -= share;
    }
    return share * total;
  };
}

}  // namespace

LinearFit fit_logistic(const Matrix<double>& features, std::span<const std::int32_t> labels,
                       std::size_t classes, const LogisticSpec& spec) {
  const Index outputs = classes == 2 ? 1 : static_cast<Index>(classes);
  SmoothFitSpec smooth;
  smooth.penalty = 1.0 / (spec.inverse_penalty * static_cast<double>(labels.size()));
  smooth.fit_intercept = spec.fit_intercept;
  smooth.start_intercepts = Vector<double>::Zero(outputs);
  smooth.descent = spec.descent;
  return fit_smooth(features, classes == 2 ? binary_loss(labels) : softmax_loss(labels), smooth);
}

}  // namespace basalt::learn
