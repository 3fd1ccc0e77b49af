#include "learn/training/loss.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::learn {

double cross_entropy(const CrossEntropySpec& spec, const FloatMatrix& scores,
                     std::span<const std::int32_t> labels, FloatMatrix& gradient) {
  require(static_cast<std::size_t>(scores.rows()) == labels.size(), ErrorCode::mismatch,
          "cross entropy: ", scores.rows(), " rows of scores and ", labels.size(), " labels");
  gradient.resize(scores.rows(), scores.cols());
  const double spread = spec.label_smoothing / static_cast<double>(scores.cols());
  double loss = 0.0, total = 0.0;
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    const std::int32_t label = labels[static_cast<std::size_t>(row)];
    const double weight =
        spec.class_weights.empty() ? 1.0 : spec.class_weights[static_cast<std::size_t>(label)];
    const float top = scores.row(row).maxCoeff();
    gradient.row(row) = (scores.row(row).array() - top).exp();
    const float sum = gradient.row(row).sum();
    gradient.row(row) *= static_cast<float>(weight) / sum;
    gradient.row(row).array() -= static_cast<float>(weight * spread);
    gradient(row, label) -= static_cast<float>(weight * (1.0 - spec.label_smoothing));
    const double normalizer = std::log(static_cast<double>(sum)) + static_cast<double>(top);
    const auto mean = static_cast<double>(scores.row(row).mean());
    const auto own = static_cast<double>(scores(row, label));
    loss +=
        weight * (normalizer - (1.0 - spec.label_smoothing) * own - spec.label_smoothing * mean);
    total += weight;
  }
  total = std::max(total, 1e-12);
  gradient *= static_cast<float>(1.0 / total);
  return loss / total;
}

double regression_loss(const RegressionLossSpec& loss, const FloatMatrix& scores,
                       const FloatMatrix& targets, FloatMatrix& gradient) {
  require(scores.rows() == targets.rows() && scores.cols() == targets.cols(), ErrorCode::mismatch,
          "regression loss: scores of ", scores.rows(), " x ", scores.cols(), " and targets of ",
          targets.rows(), " x ", targets.cols());
  gradient = scores - targets;
  const auto share = 1.0F / static_cast<float>(std::max<Eigen::Index>(1, gradient.size()));
  const auto delta = static_cast<float>(loss.delta);
  const auto distance = gradient.array().abs();
  double value = 0.0;
  switch (loss.rule) {
    case RegressionLoss::squared:
      value = gradient.cast<double>().array().square().sum();
      gradient *= 2.0F;
      break;
    case RegressionLoss::absolute:
      value = distance.cast<double>().sum();
      gradient = gradient.cwiseSign().eval();
      break;
    case RegressionLoss::huber:
    case RegressionLoss::smooth: {
      const float scale = loss.rule == RegressionLoss::smooth ? 1.0F / delta : 1.0F;
      value = (distance < delta)
                  .select(0.5F * distance.square(), delta * (distance - 0.5F * delta))
                  .cast<double>()
                  .sum() *
              static_cast<double>(scale);
      gradient = scale * gradient.cwiseMax(-delta).cwiseMin(delta).eval();
      break;
    }
  }
  gradient *= share;
  return value * static_cast<double>(share);
}

}  // namespace basalt::learn
