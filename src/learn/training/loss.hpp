// Losses of scores against labels or targets, with their gradients.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "learn/model/float_product.hpp"

namespace basalt::learn {

/// How labels count in the cross-entropy. PyTorch's names and meaning.
struct CrossEntropySpec {
  std::vector<double> class_weights;  ///< One per class; empty: all 1.
  double label_smoothing = 0.0;       ///< Share of each label that is spread over all classes.
};

/// Cross-entropy of the softmax, mean over the rows, weighted by the weights of their classes.
/// Writes the gradient with respect to the scores.
double cross_entropy(const CrossEntropySpec& spec, const FloatMatrix& scores,
                     std::span<const std::int32_t> labels, FloatMatrix& gradient);

enum class RegressionLoss { squared, absolute, huber, smooth };

/// PyTorch's MSELoss, L1Loss, HuberLoss and SmoothL1Loss.
struct RegressionLossSpec {
  RegressionLoss rule = RegressionLoss::squared;
  double delta = 1.0;  ///< Distance from which huber and smooth (there: beta) are linear.
};

/// Mean over all elements. Writes the gradient with respect to the scores.
double regression_loss(const RegressionLossSpec& loss, const FloatMatrix& scores,
                       const FloatMatrix& targets, FloatMatrix& gradient);

}  // namespace basalt::learn
