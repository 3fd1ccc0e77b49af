// Uniform affine quantizers: real numbers to small integers and back.
#pragma once

#include <cstdint>

#include "base/strong.hpp"

namespace basalt::quant {

/// Unchecked description of a quantizer.
struct QuantizerSpec {
  double scale = 1.0;           ///< Real width of one step; above 0.
  std::int64_t zero_point = 0;  ///< The integer that stands for 0.
  std::int64_t low = 0;         ///< Smallest integer.
  std::int64_t high = 3;        ///< Largest integer.
};

/// x -> clamp(round(x / scale) + zero_point, low, high), rounding halves to even.
class Quantizer {
 public:
  Quantizer() = default;
  /// Errors: invalid_argument unless scale is finite and above 0 and low <= high.
  explicit Quantizer(const QuantizerSpec& spec);

  std::int64_t quantize(double value) const noexcept;
  double dequantize(std::int64_t integer) const noexcept;
  /// dequantize(quantize(value)).
  double fake_quantize(double value) const noexcept { return dequantize(quantize(value)); }
  const QuantizerSpec& spec() const noexcept { return spec_; }

 private:
  QuantizerSpec spec_;
};

/// The quantizer of `bits` bits whose range covers [low, high]; learning.md 2.5.
/// Errors: invalid_argument unless 1 <= bits <= 32 and low <= high, both finite.
Quantizer affine_quantizer(double low, double high, Bits bits, bool is_signed);
Quantizer symmetric_quantizer(double low, double high, Bits bits, bool narrow);

}  // namespace basalt::quant
