#include "torus/decomposition.hpp"

#include "base/error.hpp"

namespace basalt::torus {

Decomposer::Decomposer(int base_log, int levels, int word_bits)
    : base_log_(base_log), levels_(levels), word_bits_(word_bits) {
  require(base_log >= 1 && levels >= 1 && base_log * levels < word_bits && word_bits <= 64,
          ErrorCode::invalid_argument, "decomposition: ", levels, " levels of ", base_log,
          " bits, expected at least 1 each and together fewer than the ", word_bits,
          " bits of a word");
}

std::uint64_t Decomposer::closest_representable(std::uint64_t word) const noexcept {
  const int dropped = word_bits_ - base_log_ * levels_;
  const std::uint64_t rounded = (word >> dropped) + ((word >> (dropped - 1)) & 1);
  const std::uint64_t all = word_bits_ == 64 ? ~std::uint64_t{0} : (1ull << word_bits_) - 1;
  return (rounded << dropped) & all;
}

void Decomposer::decompose(std::uint64_t word, std::span<std::int64_t> digits) const noexcept {
  const int kept = base_log_ * levels_;
  const int dropped = word_bits_ - kept;
  const std::uint64_t rounding = (word >> (dropped - 1)) & 1;
  const std::uint64_t field = (1ull << kept) - 1;
  const std::uint64_t rounded = ((word >> dropped) + rounding) & field;
  const std::uint64_t half = 1ull << (kept - 1);
  const bool negative = rounded > half || (rounded == half && rounding == 1);
  auto state = static_cast<std::int64_t>(negative ? rounded - field - 1 : rounded);
  const std::int64_t base = std::int64_t{1} << base_log_;
  for (std::size_t level = digits.size(); level-- > 0;) {
    std::int64_t digit = state & (base - 1);
    state >>= base_log_;
    const bool carry = digit > base / 2 || (digit == base / 2 && ((state >> (base_log_ - 1)) & 1));
    if (carry) {
      digit -= base;
      ++state;
    }
    digits[level] = digit;
  }
}

}  // namespace basalt::torus
