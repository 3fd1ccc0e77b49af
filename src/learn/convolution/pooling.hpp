// Pooling in training: values under a window, per channel, and the way back of their gradient.
#pragma once

#include <vector>

#include "learn/convolution/cnn_layers.hpp"
#include "learn/model/float_product.hpp"

namespace basalt::learn {

/// What average pooling makes of a window.
enum class WindowAverage {
  sum,  ///< Integers: the division is left to the next scale.
  mean
};

/// One pooling stage at work: it knows what it saw in the last forward pass.
class Pooling {
 public:
  Pooling() = default;
  Pooling(const StageSpec& stage, WindowAverage average);

  /// Shape: [rows x elements of the input] -> [rows x elements of the output].
  void forward(const FloatMatrix& values, FloatMatrix& out);
  /// Adds to `below` the gradient of the input, from that of the output.
  void backward(const FloatMatrix& gradient, FloatMatrix& below);

 private:
  void forward_channel(std::size_t channel, FloatMatrix& out);

  bool takes_maximum_ = false;
  WindowAverage average_ = WindowAverage::sum;
  std::vector<WindowMap> maps_;  ///< One per channel.
  // Of the last forward pass.
  std::vector<FloatMatrix> patches_;
  Matrix<std::int32_t> largest_;  ///< Maximum: the element of the input that each output is.
};

}  // namespace basalt::learn
