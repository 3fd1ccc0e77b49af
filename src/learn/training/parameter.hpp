// A matrix that is trained: its value, its gradient and the state of its descent.
#pragma once

#include <utility>

#include "learn/model/float_product.hpp"
#include "learn/model/matrix_view.hpp"
#include "learn/training/descent.hpp"

namespace basalt::learn {

/// `gradient` has the shape of `value`; `descent` knows its size.
struct Parameter {
  FloatMatrix value, gradient;
  Descent descent;
};

/// A parameter at its first value, without a gradient, before its first step.
inline Parameter make_parameter(FloatMatrix value) {
  const auto size = static_cast<std::size_t>(value.size());
  FloatMatrix gradient = FloatMatrix::Zero(value.rows(), value.cols());
  return {std::move(value), std::move(gradient), Descent(size)};
}

/// One step at `rate` against the gradient, which is multiplied by `factor` before.
inline void descend(Parameter& parameter, const DescentSpec& spec, double rate, float factor) {
  if (factor != 1.0F) parameter.gradient *= factor;
  parameter.descent.step(spec, rate, values_of(parameter.value), values_of(parameter.gradient));
}

}  // namespace basalt::learn
