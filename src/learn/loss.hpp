// Losses of scores against labels or targets, with their gradients.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "learn/float_product.hpp"

namespace basalt::learn {

/// Cross-entropy of the softmax, mean over the rows (weighted by the weight of each row's class if
/// there are any). Writes the gradient with respect to the scores.
double cross_entropy(const FloatMatrix& scores, std::span<const std::int32_t> labels,
                     std::span<const double> class_weights, FloatMatrix& gradient);

enum class RegressionLoss { squared, absolute, huber };

/// Mean over all elements. Writes the gradient with respect to the scores.
double regression_loss(RegressionLoss loss, const FloatMatrix& scores, const FloatMatrix& targets,
                       FloatMatrix& gradient);

}  // namespace basalt::learn
