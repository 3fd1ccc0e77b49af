#include "quant/quantizer.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::quant {
namespace {

/// Ranges narrower than this count as one point. Source: Concrete ML's uniform quantizer.
constexpr double least_width = 1e-6;

std::int64_t power_of_two(int exponent) {
  return std::int64_t{1} << exponent;
}

void check_range(double low, double high, Bits bits) {
  require(1 <= bits.value && bits.value <= 32, ErrorCode::invalid_argument,
          "quantizer: ", bits.value, " bits, expected 1 to 32");
  require(std::isfinite(low) && std::isfinite(high) && low <= high, ErrorCode::invalid_argument,
          "quantizer: range from ", low, " to ", high, ", expected finite and ascending");
}

/// A constant value becomes the integer 1 (or 0 where it is 0).
Quantizer constant_quantizer(double value, std::int64_t low, std::int64_t high) {
  const double scale = std::abs(value) < least_width ? 1.0 : std::abs(value);
  return Quantizer({.scale = scale, .zero_point = 0, .low = low, .high = high});
}

}  // namespace

Quantizer::Quantizer(const QuantizerSpec& spec) : spec_(spec) {
  require(std::isfinite(spec.scale) && spec.scale > 0, ErrorCode::invalid_argument,
          "quantizer: scale is ", spec.scale, ", expected finite and above 0");
  require(spec.low <= spec.high, ErrorCode::invalid_argument, "quantizer: integers from ", spec.low,
          " to ", spec.high, ", expected ascending");
}

std::int64_t Quantizer::quantize(double value) const noexcept {
  const double steps = std::nearbyint(value / spec_.scale) + static_cast<double>(spec_.zero_point);
  // Clamped as a real number first: a huge value has no integer.
  return static_cast<std::int64_t>(
      std::clamp(steps, static_cast<double>(spec_.low), static_cast<double>(spec_.high)));
}

double Quantizer::dequantize(std::int64_t integer) const noexcept {
  return spec_.scale * static_cast<double>(integer - spec_.zero_point);
}

Quantizer affine_quantizer(double low, double high, Bits bits, bool is_signed) {
  check_range(low, high, bits);
  const std::int64_t offset = is_signed ? power_of_two(bits.value - 1) : 0;
  const std::int64_t steps = power_of_two(bits.value) - 1;
  if (high - low < least_width) return constant_quantizer(high, -offset, steps - offset);
  const double scale = (high - low) / static_cast<double>(steps);
  const double zero =
      (-high * static_cast<double>(offset) - low * static_cast<double>(steps - offset)) /
      (high - low);
  return Quantizer({.scale = scale,
                    .zero_point = static_cast<std::int64_t>(std::nearbyint(zero)),
                    .low = -offset,
                    .high = steps - offset});
}

Quantizer symmetric_quantizer(double low, double high, Bits bits, bool narrow) {
  check_range(low, high, bits);
  const std::int64_t half = power_of_two(bits.value - 1);
  const std::int64_t lowest = -half + (narrow && bits.value > 1 ? 1 : 0);
  if (high - low < least_width) return constant_quantizer(high, lowest, half - 1);
  const double largest = std::max(std::abs(low), std::abs(high));
  const auto steps = static_cast<double>(std::max<std::int64_t>(1, half - 1));
  return Quantizer({.scale = largest / steps, .zero_point = 0, .low = lowest, .high = half - 1});
}

}  // namespace basalt::quant
