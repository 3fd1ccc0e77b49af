// The last layer: real weights rounded to the integers that the circuit sums.
#pragma once

#include "learn/model/float_product.hpp"
#include "learn/model/sparse_quant_neural_network.hpp"

namespace basalt::learn {

/// score = hidden x h + skip x (inputs / input_high) + bias, with h of [-1, 1].
/// Shape: [outputs x neurons], [outputs x inputs], [1 x outputs]; no columns: no such path.
struct RealReadOut {
  FloatMatrix hidden, skip, bias;
};

/// What the integers of a read-out must respect.
struct ReadOutForm {
  int bits = 5;              ///< Of a weight, sign included.
  bool wraps = false;        ///< Hidden integers are odd, of (-T/2, T/2); else of [0, hidden_high].
  double hidden_high = 1.0;  ///< Half the period of wrapping tables, or the largest integer.
  std::int64_t input_high = 1;  ///< Inputs are integers of [0, input_high].
};

/// Real widths of the steps of a read-out.
struct ReadOutSteps {
  double weight = 1.0;  ///< Of a weight of a hidden value.
  /// What the score gains by a weight of one step when a hidden value moves to the next: wrapping
  /// ones are odd, and an even skip then keeps the parity of every output.
  double hidden = 1.0;
  /// What it gains by a skip weight of one step and an input of 1: `hidden` over a power of 2.
  double skip = 1.0;
};

ReadOutSteps steps_of(const ReadOutForm& form, const FloatMatrix& hidden, const FloatMatrix& skip);

/// The nearest multiples of `step`.
FloatMatrix rounded_to(const FloatMatrix& values, double step);

/// The integers of a read-out, and the affine map from their sums to the scores.
ReadOut rounded(const ReadOutForm& form, const RealReadOut& real);

}  // namespace basalt::learn
