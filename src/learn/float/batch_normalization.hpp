// Normalization by the statistics of a batch, of networks in real numbers.
#pragma once

#include <cstddef>

#include "learn/model/float_product.hpp"

namespace basalt::learn {

/// Normalizes every column, then gives it a gain and a shift. While learning, the statistics are
/// those of the batch and running ones follow; afterwards the running ones serve.
/// Source: Ioffe and Szegedy 2015; constants of PyTorch's BatchNorm.
struct BatchNormalization {
  FloatMatrix gain, shift;  ///< Shape: [1 x columns]; empty: nothing is normalized.
  FloatMatrix gain_gradient, shift_gradient;
  FloatMatrix running_mean, running_variance;

  BatchNormalization() = default;
  explicit BatchNormalization(std::size_t columns);
  bool is_active() const noexcept { return gain.size() > 0; }

  /// Shape: [rows x columns], in place.
  void learn(FloatMatrix& sums);
  void apply(FloatMatrix& sums) const;
  /// Of the last learn(): from the gradient of its results to that of the sums, in place.
  void backward(FloatMatrix& gradient);

 private:
  FloatMatrix white_, inverse_;
};

}  // namespace basalt::learn
