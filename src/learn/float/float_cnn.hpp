// Convolutional networks in real numbers: the comparison beside a quantized one.
#pragma once

#include <vector>

#include "learn/convolution/cnn_spec.hpp"
#include "learn/estimator/hooks.hpp"
#include "learn/float/batch_normalization.hpp"
#include "learn/model/float_product.hpp"

namespace basalt::learn {

/// Weights and bias of one stage, or of the read-out.
struct FloatFilter {
  FloatMatrix weights;  ///< Shape: [channels x window elements of a group]; empty: no layer.
  FloatMatrix bias;     ///< Shape: [1 x channels].
  BatchNormalization normalization{};  ///< Of the sums of layers that "batchnorm" follows.
};

/// A trained network; average pooling divides here.
struct FloatCnn {
  std::vector<StageSpec> stages;
  std::string activation;            ///< Of layers that name none.
  std::vector<FloatFilter> filters;  ///< One per stage.
  FloatFilter readout;               ///< Reads the last value, flattened.
};

/// Shape: [rows x pixels], standardized -> [rows x outputs].
Matrix<double> float_scores(const FloatCnn& network, const Matrix<double>& features);

/// Trains the layers of `spec` on standardized features, without any quantization.
FloatCnn train_float_cnn(const CnnSpec& spec, const Dataset& data, const RandomStream& random,
                         const TrainingHooks& hooks, std::vector<EpochRecord>& history);

}  // namespace basalt::learn
