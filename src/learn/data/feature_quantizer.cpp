#include "learn/data/feature_quantizer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace basalt::learn {

quant::Quantizer feature_quantizer(double low, double high, Bits bits) {
  constexpr double resolved = 1e-9;
  const std::int64_t steps = (std::int64_t{1} << bits.value) - 1;
  const double width = high - low;
  const bool varies = width > resolved * std::max(std::abs(low), std::abs(high));
  const double constant = low != 0 ? std::abs(low) : 1.0;
  const double scale = varies ? width / static_cast<double>(steps) : constant;
  return quant::Quantizer({.scale = scale,
                           .zero_point = static_cast<std::int64_t>(std::nearbyint(-low / scale)),
                           .low = 0,
                           .high = steps});
}

}  // namespace basalt::learn
