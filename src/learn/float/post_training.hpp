// Quantization after training: real networks become integers, their ranges seen on data.
#pragma once

#include "base/strong.hpp"
#include "learn/data/dataset.hpp"
#include "learn/float/float_network.hpp"
#include "learn/model/sparse_quant_neural_network.hpp"

namespace basalt::learn {

/// Precision of a network that is quantized after training.
struct PostTrainingBits {
  Bits inputs{4}, weights{5}, activations{4};
  /// Sums of more bits are rounded to this many before the table; 0: tables of any width; -1: to
  /// be chosen by fewest_rounding_bits().
  Bits rounding{6};
  bool exact_rounding = false;   ///< By bit extraction: one more bootstrap per removed bit.
  bool scale_per_neuron = true;  ///< Own step of the weights per neuron; else one per layer.
};

/// The network on integers: symmetric weights, activations over the range that they take on
/// `features` (the layers below already quantized), sums by their exact worst case, so that no
/// input can leave a table.
/// Shape: `features` [rows x features], as they enter the first layer.
/// Errors: mismatch if the layers do not fit each other or the features; invalid_argument if there
/// is no layer or a weight is not finite, and with subject "rounding_threshold_bits" if a sum needs
/// more bits than a table can have.
/// Source: Concrete ML's post-training quantization, with proven instead of observed sums.
SparseQuantNeuralNetwork quantize_after_training(const FloatNetwork& network,
                                                 const Matrix<double>& features,
                                                 const PostTrainingBits& bits);

/// As few bits to round sums to, of 5 to 7, as lose at most a standard error of the accuracy or the
/// mean squared error (at least half a point, or 2 %) on these rows against sums that are not
/// rounded. Tables of 5 bits are several times cheaper than those of 6, and so on.
/// Source: Breiman et al., Classification and Regression Trees, 1984 (one standard error rule).
Bits fewest_rounding_bits(const FloatNetwork& network, const Dataset& data, PostTrainingBits bits);

}  // namespace basalt::learn
