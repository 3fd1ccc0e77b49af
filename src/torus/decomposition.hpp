// Balanced digits of torus words, bit for bit as published libraries cut them.
#pragma once

#include <cstdint>
#include <span>

namespace basalt::torus {

/// Signed digits in [-B/2, B/2], B = 2^base_log, of words of `word_bits` bits.
class Decomposer {
 public:
  /// Errors: invalid_argument unless base_log, levels >= 1 and base_log * levels < word_bits <= 64.
  Decomposer(int base_log, int levels, int word_bits = 64);

  int levels() const noexcept { return levels_; }

  /// The multiple of 2^(word_bits - base_log * levels) nearest to `word`, modulo 2^word_bits.
  std::uint64_t closest_representable(std::uint64_t word) const noexcept;

  /// Writes the digits of `word`, most significant first; digit i has the weight
  /// 2^(word_bits - base_log * (i + 1)), and the digits sum up to closest_representable(word).
  /// Ties: the rounding bit decides at the top, the next bit between two digits.
  void decompose(std::uint64_t word, std::span<std::int64_t> digits) const noexcept;

 private:
  int base_log_, levels_, word_bits_;
};

}  // namespace basalt::torus
