// The grid of integers on which linear models and trees see a feature.
#pragma once

#include "quant/quantizer.hpp"

namespace basalt::learn {

/// Unsigned integers of `bits` bits over [low, high], with `low` at 0. A feature that is constant
/// but for rounding gets a step of its own size, so that its value is exact.
quant::Quantizer feature_quantizer(double low, double high, Bits bits);

}  // namespace basalt::learn
