// How many weights a neuron may have, from the accumulator rule and the spread of what it reads.
#pragma once

#include "learn/layer/hidden_layer.hpp"
#include "learn/layer/quantization_spec.hpp"

namespace basalt::learn {

/// Rows that ranges, first statistics and numbers of weights are measured on.
inline constexpr std::size_t sample_rows = 2000;

/// Number of weights (of squares, with multi-bit weights) at which the sum of a wrapping neuron has
/// the spread that trains best. `deviation_square` is the mean variance of its inputs.
double wrapping_fan_in(int table_bits, int truncated_bits, double deviation_square,
                       std::size_t inputs);

/// Soft inputs: bits to drop below a step of the first table, so that its neurons have enough
/// weights. Shape: [rows x inputs], integers.
int soft_truncated_bits(const QuantizationSpec& spec, const FloatMatrix& inputs);

/// What the accumulator rule says of the weights of a layer whose inputs, their range, the neurons
/// and the truncated bits are known. `sample` are some rows of what it reads.
void choose_weights(const QuantizationSpec& spec, Bits input_bits, const FloatMatrix& sample,
                    HiddenLayerSpec& layer);

/// Mean over the columns of their variance.
double mean_variance(const FloatMatrix& values);

}  // namespace basalt::learn
