// Linear models: one integer matrix product under encryption, no bootstrap.
#pragma once

#include <cstdint>
#include <vector>

#include "base/describe.hpp"
#include "base/matrix.hpp"
#include "base/strong.hpp"
#include "learn/model/linear_fit.hpp"
#include "quant/quantizer.hpp"

namespace basalt::learn {

/// What the scores of a linear model mean.
enum class LinearLink {
  identity,     ///< Predicted values.
  exponential,  ///< Logarithms of predicted values.
  sign,         ///< One score of two classes: positive is the second.
  argmax,       ///< One score per class: the largest wins.
  one_vs_one    ///< One score per pair of classes, positive for the second: most shares win.
};

/// A linear model quantized after training: integers of `bits` for features and weights, and on the
/// client what leads from integer products back to real scores.
///
/// score_k = scale_k * (sum_j weights_kj * q_j) + offset_k, q_j the quantized feature j. Zero
/// points and the intercept are all in the offset, so the server computes the plain product.
struct LinearModel {
  Matrix<double> coefficients;             ///< As solved. Shape: [scores x features].
  std::vector<double> intercepts;          ///< As solved.
  std::vector<quant::Quantizer> features;  ///< Of each standardized feature, unsigned.
  Matrix<std::int64_t> weights;            ///< Shape: [scores x features].
  std::vector<double> scale, offset;       ///< One per score.
  LinearLink link = LinearLink::identity;
};

template <class Visitor>
void describe(Visitor& visit, MaybeConst<LinearModel> auto& model) {
  visit("coefficients", model.coefficients);
  visit("intercepts", model.intercepts);
  visit.part("features", model.features);
  visit("weights", model.weights);
  visit("scale", model.scale);
  visit("offset", model.offset);
  visit("link", model.link);
}

/// Bits of the two factors of the product.
struct LinearBits {
  Bits inputs{8}, weights{8};
};

/// Quantizes a fit: each feature over its range in `features`, each score's weights by one scale so
/// that the largest fills its bits. The offset makes the score exact at the mean of the features.
/// Errors: invalid_argument unless 1 <= inputs <= 16, 2 <= weights <= 16 and the fit is finite.
LinearModel quantize(const LinearFit& fit, const Matrix<double>& features, LinearBits bits,
                     LinearLink link);

/// Real scores, from the quantized integers. Shape: [rows x features] -> [rows x scores].
Matrix<double> decision_function(const LinearModel& model, const Matrix<double>& features);

}  // namespace basalt::learn
