#include "learn/layer/readout.hpp"

#include <algorithm>
#include <cmath>

namespace basalt::learn {
namespace {

constexpr int linear_readout_bits = 8;  ///< Of a network without hidden layers.
constexpr double enough_steps = 12.0;   ///< The largest skip weight, in its steps.
constexpr int most_halvings = 4;
constexpr int widest_skip_bits = 12;  ///< Beside hidden values that hardly count.
constexpr double least_weight = 1e-6;

double largest_of(const FloatMatrix& values) {
  if (values.size() == 0) return least_weight;
  return std::max(static_cast<double>(values.cwiseAbs().maxCoeff()), least_weight);
}

double top_of(int bits) {
  return std::ldexp(1.0, bits - 1) - 1.0;
}

Matrix<std::int32_t> integers_of(const FloatMatrix& values, double step) {
  return (values.array() / static_cast<float>(step)).round().cast<std::int32_t>();
}

}  // namespace

ReadOutSteps steps_of(const ReadOutForm& form, const FloatMatrix& hidden, const FloatMatrix& skip) {
  const double steepest = largest_of(skip) / static_cast<double>(form.input_high);
  ReadOutSteps steps;
  if (hidden.cols() == 0) {
    steps.skip = steepest / top_of(linear_readout_bits);
    return steps;
  }
  const double least = 0.5 * form.hidden_high * steepest / top_of(widest_skip_bits);
  steps.weight = largest_of(hidden) / top_of(form.bits);
  if (skip.cols() > 0) steps.weight = std::max(steps.weight, least);
  steps.hidden = 2.0 * steps.weight / form.hidden_high;
  steps.skip = steps.hidden;
  for (int i = 0; i < most_halvings && skip.cols() > 0 && steepest < enough_steps * steps.skip;
       ++i) {
    steps.skip *= 0.5;
  }
  return steps;
}

FloatMatrix rounded_to(const FloatMatrix& values, double step) {
  const auto width = static_cast<float>(step);
  return (values.array() / width).round() * width;
}

ReadOut rounded(const ReadOutForm& form, const RealReadOut& real) {
  const ReadOutSteps steps = steps_of(form, real.hidden, real.skip);
  const bool has_hidden = real.hidden.cols() > 0, wraps = form.wraps && has_hidden;
  ReadOut readout;
  readout.skip =
      integers_of(real.skip, steps.skip * static_cast<double>(form.input_high)) * (wraps ? 2 : 1);
  // Where the skip has finer steps, hidden values count several of them.
  const double finer = has_hidden ? steps.hidden / steps.skip : 1.0;
  readout.weights = Matrix<std::int32_t>(real.hidden.rows(), 0);
  if (has_hidden) {
    readout.weights =
        integers_of(real.hidden, steps.weight) * static_cast<std::int32_t>(std::lround(finer));
  }
  const double scale = wraps ? 0.5 * steps.skip : steps.skip;
  for (Eigen::Index output = 0; output < real.bias.cols(); ++output) {
    double offset = static_cast<double>(real.bias(0, output));
    if (has_hidden && !wraps) {
      const auto sum = readout.weights.row(output).cast<double>().sum();
      offset -= steps.weight * sum / finer;
    }
    readout.scale.push_back(scale);
    readout.offset.push_back(offset);
  }
  return readout;
}

}  // namespace basalt::learn
