// Torus words: elements of R/Z as integers modulo 2^64.
#pragma once

#include <cstdint>

namespace basalt::torus {

/// x stands for x / 2^64 modulo 1.
using Torus = std::uint64_t;

/// The representative in [-1/2, 1/2), as a real number. Units: torus. Exact to 53 bits.
inline double to_real(Torus word) noexcept {
  return static_cast<double>(static_cast<std::int64_t>(word)) * 0x1p-64;
}

/// The word nearest to `value`, |value| <= 1/2. Units: torus.
inline Torus from_real(double value) noexcept {
  double scaled = value * 0x1p64;
  scaled += scaled < 0 ? -0.5 : 0.5;
  if (scaled >= 0x1p63) scaled -= 0x1p64;
  return static_cast<Torus>(static_cast<std::int64_t>(scaled));
}

}  // namespace basalt::torus
