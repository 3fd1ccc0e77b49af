// Float networks of dense layers, quantized after training.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/matrix.hpp"
#include "base/strong.hpp"
#include "learn/dataset.hpp"
#include "learn/sparse_quant_neural_network.hpp"

namespace basalt::io {

/// activation(weights x input + bias), in real numbers.
struct RealLayer {
  Matrix<double> weights;  ///< Shape: [neurons x inputs].
  Vector<double> bias;
  std::function<double(double)> activation;  ///< Not set on the last layer.
};

/// Precision of a network that is quantized after training.
struct NetworkBits {
  Bits inputs{4}, weights{5}, activations{4};
  Bits tables{6};  ///< Entries of a look-up; accumulators with more bits are rounded first.
};

/// The network on integers: weights by one symmetric scale per neuron, activations over the range
/// that they take on `features`, accumulators by their exact worst case.
/// Shape: `features` [rows x features], as they enter the first layer.
/// Errors: mismatch if the layers do not fit each other or the features; invalid_argument if there
/// is no layer or a weight is not finite.
learn::SparseQuantNeuralNetwork quantize_network(const std::vector<RealLayer>& layers,
                                                 const Matrix<double>& features, NetworkBits bits);

/// Real scores, in real arithmetic. Shape: [rows x features] -> [rows x outputs].
Matrix<double> real_scores(const std::vector<RealLayer>& layers, const Matrix<double>& features);

}  // namespace basalt::io
