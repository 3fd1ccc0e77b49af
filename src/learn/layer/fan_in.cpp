#include "learn/layer/fan_in.hpp"

#include <algorithm>
#include <cmath>

namespace basalt::learn {
namespace {

/// Spread of a wrapping sum against its period at which nets train best: measured on MNIST and
/// digits; from 0.3 on they become chaotic, below 0.1 too linear.
constexpr double best_spread = 0.18;

}  // namespace

double mean_variance(const FloatMatrix& values) {
  if (values.size() == 0) return 0.0;
  const FloatMatrix mean = values.colwise().mean();
  const FloatMatrix centred = values.rowwise() - mean.row(0);
  return static_cast<double>(centred.array().square().mean());
}

double wrapping_fan_in(int table_bits, int truncated_bits, double deviation_square,
                       std::size_t inputs) {
  const double target = best_spread * std::ldexp(1.0, table_bits + truncated_bits);
  const double wanted = target * target / std::max(deviation_square, 1e-9);
  return std::clamp(std::round(wanted), 1.0, static_cast<double>(inputs));
}

int soft_truncated_bits(const QuantizationSpec& spec, const FloatMatrix& inputs) {
  const auto count = static_cast<double>(inputs.cols());
  const double wanted = spec.fan_in > 0 ? static_cast<double>(spec.fan_in)
                                        : std::clamp(count / 3.0, std::min(count, 4.0), 40.0);
  const double variance = mean_variance(inputs);
  const auto fan_in = [&](int truncated_bits) {
    return wrapping_fan_in(spec.accumulator_bits, truncated_bits, variance,
                           static_cast<std::size_t>(inputs.cols()));
  };
  int truncated_bits = 0;
  while (truncated_bits < 8 && fan_in(truncated_bits) < wanted) ++truncated_bits;
  return truncated_bits;
}

void choose_weights(const QuantizationSpec& spec, Bits input_bits, const FloatMatrix& sample,
                    HiddenLayerSpec& layer) {
  const Bits weight_bits{spec.weight_bits}, sum_bits{spec.accumulator_bits};
  layer.rule = spec.rule;
  layer.table_bits = spec.accumulator_bits;
  layer.activation_bits = spec.activation_bits;
  layer.grid.largest = std::max(1, (1 << (weight_bits.value - 1)) - 1);
  if (spec.rule == AccumulatorRule::bound) {
    layer.grid.budget = static_cast<double>(l1_bound(layer.input_high, sum_bits));
  } else if (spec.rule == AccumulatorRule::wrap) {
    layer.grid.squares = true;
    layer.grid.budget = spec.fan_in > 0
                            ? static_cast<double>(spec.fan_in)
                            : wrapping_fan_in(spec.accumulator_bits, layer.truncated_bits,
                                              mean_variance(sample), layer.inputs);
  } else {
    layer.omega = std::min(layer.inputs, max_active_neurons(weight_bits, input_bits, sum_bits));
    layer.weight_high = std::max(0, (1 << (weight_bits.value - 1)) - 1);
    layer.weight_low =
        spec.narrow ? -std::max(1, layer.weight_high) : -(1 << (weight_bits.value - 1));
    layer.power_of_two = spec.power_of_two;
    layer.is_signed = spec.is_signed;
  }
}

}  // namespace basalt::learn
