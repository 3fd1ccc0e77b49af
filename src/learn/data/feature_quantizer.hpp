// The grids of integers on which linear models, trees and neighbours see features.
#pragma once

#include <vector>

#include "base/matrix.hpp"
#include "quant/quantizer.hpp"

namespace basalt::learn {

/// Unsigned integers of `bits` bits over [low, high], with `low` at 0. A feature that is constant
/// but for rounding gets a step of its own size, so that its value is exact.
quant::Quantizer feature_quantizer(double low, double high, Bits bits);

/// The quantizer of each feature over its range; unsigned, `bits` bits.
/// Errors: invalid_argument unless 1 <= bits <= 16.
std::vector<quant::Quantizer> feature_quantizers(const Matrix<double>& features, Bits bits);

/// Shape: [rows x features].
Matrix<std::int64_t> quantize_features(const std::vector<quant::Quantizer>& quantizers,
                                       const Matrix<double>& features);

}  // namespace basalt::learn
