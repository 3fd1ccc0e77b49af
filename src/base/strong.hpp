// Strong types for quantities with units, so that bits, variances and seconds cannot be mixed up.
#pragma once

#include <compare>
#include <cstddef>

namespace basalt {

/// A value of type `Value` that converts to nothing but itself.
template <class Value, class Tag>
struct Strong {
  Value value{};
  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
};

/// Units: a count of bits.
using Bits = Strong<int, struct BitsTag>;
/// Units: logarithm to base 2 of a quantity named by the context.
using Log2 = Strong<double, struct Log2Tag>;
/// Units: torus squared (relative to q squared).
using Variance = Strong<double, struct VarianceTag>;
/// Units: torus (relative to q).
using StdDev = Strong<double, struct StdDevTag>;
using Seconds = Strong<double, struct SecondsTag>;
using Bytes = Strong<std::size_t, struct BytesTag>;

}  // namespace basalt
