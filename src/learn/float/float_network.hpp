// Fully connected networks in real numbers: what is quantized after training, and its training.
#pragma once

#include <functional>
#include <vector>

#include "base/matrix.hpp"
#include "learn/estimator/train.hpp"
#include "learn/network/network_spec.hpp"
#include "learn/training/activation.hpp"

namespace basalt::learn {

/// activation(weights x input + bias).
struct FloatLayer {
  Matrix<double> weights;  ///< Shape: [neurons x inputs].
  Vector<double> bias;
  std::function<double(double)> activation;  ///< Not set on the last layer.
};

/// Layers, the first reading standardized features.
using FloatNetwork = std::vector<FloatLayer>;

/// Errors: mismatch if the layers do not fit each other or `features`; invalid_argument if there is
/// no layer or a weight is not finite.
void check_layers(const FloatNetwork& network, std::size_t features);

/// Shape: [rows x features] -> [rows x outputs].
Matrix<double> float_scores(const FloatNetwork& network, const Matrix<double>& features);

/// Trains hidden layers of `spec.hidden` neurons with `spec.activation` and a linear last layer on
/// standardized features, without any quantization. `most_active` non-zero weights per neuron, on
/// average over a layer, are drawn once by their first magnitude; 0: all.
FloatNetwork train_float_network(const NetworkSpec& spec, std::size_t most_active,
                                 const Dataset& data, const RandomStream& random,
                                 const TrainingHooks& hooks, std::vector<EpochRecord>& history);

}  // namespace basalt::learn
