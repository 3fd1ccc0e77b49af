// What the client does in clear, before encryption and after decryption.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/describe.hpp"
#include "base/matrix.hpp"
#include "ir/graph.hpp"
#include "quant/quantizer.hpp"

namespace basalt::ir {

/// How the client turns real features into the integers that it encrypts.
struct Preprocessing {
  /// Standardization, one per feature: (x - mean) / deviation, or 0 where deviation is 0. Both
  /// empty: none.
  std::vector<double> mean, deviation;
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
  vote,         ///< The values are votes per class; the largest wins, ties to the first.
  one_vs_one    ///< One score per pair of classes (0, 1), (0, 2), …, (1, 2), …: the logistic
                ///< function shares one vote among the two, positive for the second; a class's
                ///< probability is its part of all votes.
};

/// How the client turns decrypted integers into real scores, probabilities and labels.
struct Postprocessing {
  /// score = scale * (combine x integers + constant) + offset, per score. A combine of 0 rows is
  /// the identity, an empty constant is 0.
  SparseMatrix combine;
  std::vector<Integer> constant{};
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

/// combine x integers + constant: what the model's last layer computes, whatever part of it the
/// server does.
std::vector<Integer> combined(const Postprocessing& post, std::span<const Integer> integers);

/// Errors: invalid_argument if the number of integers, scales or classes does not fit.
Prediction interpret(const Postprocessing& post, std::span<const Integer> integers);

/// Quantizers as columns of numbers, the form in which they are stored.
struct QuantizerColumns {
  std::vector<double> scale;
  std::vector<std::int64_t> zero_point, low, high;
};
QuantizerColumns columns_of(const std::vector<quant::Quantizer>& quantizers);
/// Errors: corrupt if the columns differ in length; invalid_argument as of Quantizer.
std::vector<quant::Quantizer> quantizers_from(const QuantizerColumns& columns);

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Preprocessing> auto& pre) {
  QuantizerColumns columns = columns_of(pre.quantizers);
  visit("mean", pre.mean);
  visit("deviation", pre.deviation);
  visit("scale", columns.scale);
  visit("zero_point", columns.zero_point);
  visit("low", columns.low);
  visit("high", columns.high);
  visit("feature_of", pre.feature_of);
  if constexpr (Visitor::reads) pre.quantizers = quantizers_from(columns);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Postprocessing> auto& post) {
  visit.part("combine", post.combine);
  visit("constant", post.constant);
  visit("scale", post.scale);
  visit("offset", post.offset);
  visit("link", post.link);
  visit("classes", post.classes);
}

}  // namespace basalt::ir
