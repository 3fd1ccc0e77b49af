// What the client does in clear, before encryption and after decryption.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/matrix.hpp"
#include "ir/graph.hpp"
#include "quant/quantizer.hpp"

namespace basalt::ir {

/// How the client turns real features into the integers that it encrypts.
struct Preprocessing {
  std::vector<double> mean, deviation;      ///< Standardization, one per feature.
  /// Quantizer of each encrypted integer, and the feature that it reads; a feature may be encoded
  /// several times (thermometer codes) or not at all.
  std::vector<quant::Quantizer> quantizers;
  std::vector<std::uint32_t> feature_of;
};

/// What the final real numbers mean.
enum class Link {
  identity,     ///< Regression values.
  exponential,  ///< exp(value): Poisson, Gamma, Tweedie.
  sign,         ///< Two classes from one score: probability by the logistic function.
  softmax,      ///< One score per class.
  probability,  ///< The values are class probabilities already (forests), up to normalisation.
  vote          ///< The values are votes per class; the largest wins, ties to the first.
};

/// How the client turns decrypted integers into real scores, probabilities and labels.
struct Postprocessing {
  /// score = scale * (combine x integers) + offset, per score.
  SparseMatrix combine;
  std::vector<double> scale, offset;
  Link link = Link::identity;
  std::vector<std::string> classes;  ///< Original labels; empty for regression.
};

/// The integers of one row of features. Errors: invalid_argument on NaN, infinity, wrong size.
std::vector<Integer> quantize_row(const Preprocessing& pre, std::span<const double> features);
/// Shape: [rows x features] -> [rows x encrypted integers].
Matrix<Integer> quantize_rows(const Preprocessing& pre, const Matrix<double>& features);

struct Prediction {
  std::vector<double> scores;         ///< Real scores before the link.
  std::vector<double> probabilities;  ///< Sum to 1; empty for regression.
  std::int32_t label = -1;            ///< Index into classes; -1 for regression.
  std::vector<double> values;         ///< Regression values after the link; empty else.
};

Prediction interpret(const Postprocessing& post, std::span<const Integer> integers);

}  // namespace basalt::ir
