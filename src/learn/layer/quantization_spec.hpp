// The integers of a network, dense or convolutional: bits, the rule of its sums, its linear path.
#pragma once

#include <string>

#include "base/settings.hpp"
#include "learn/data/dataset.hpp"
#include "learn/layer/accumulator.hpp"

namespace basalt::learn {

/// What the settings "module__..." say of every hidden layer and of the read-out.
struct QuantizationSpec {
  int weight_bits = 2, activation_bits = 2, accumulator_bits = 4, readout_bits = 5;
  AccumulatorRule rule = AccumulatorRule::wrap;
  bool soft_inputs = false;
  bool skip = true;  ///< Linear path from the inputs to the scores.
  std::string activation;
  bool narrow = false, is_signed = true, power_of_two = true;
  double pruned_share = 0.0;  ///< Of the neurons or channels of each hidden layer.
  std::size_t fan_in = 0;     ///< Budget of a wrapping neuron; 0: from the data.
};

/// Bits of soft inputs, at least.
inline constexpr int soft_input_bits = 4;

/// Reads complete settings, less check_accumulator().
/// Errors: invalid_argument with the setting as subject, saying what to change.
QuantizationSpec quantization_spec(const Settings& settings, Task task);

/// Refuses bits with which no hidden neuron could have a weight, or which no table serves.
/// Errors: invalid_argument with subject "module__n_accum_bits".
void check_accumulator(const QuantizationSpec& spec);

}  // namespace basalt::learn
