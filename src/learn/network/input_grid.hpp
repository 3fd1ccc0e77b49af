// The grid of integers on which a network sees its features.
#pragma once

#include "learn/model/sparse_quant_neural_network.hpp"

namespace basalt::learn {

/// Share of the range that moves the borders between steps off round numbers, so that data on a
/// grid of its own never lies on one, where the last bit of a standardization would decide.
inline constexpr double border_nudge = 1.37e-6;

/// Gives `network` one input of `bits` bits per feature that is not constant, covering all but the
/// rarest values of the feature (or of all features together, if they are `pixels`).
/// Shape: [rows x features], standardized.
void fit_input_grid(const Matrix<double>& features, Bits bits, bool pixels,
                    SparseQuantNeuralNetwork& network);

}  // namespace basalt::learn
