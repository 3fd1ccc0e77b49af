// The two ends of a step with neighbouring points in the lanes: accumulators to digits with the
// first levels of the transform, and the last levels back to accumulators. Compiled once per
// instruction set.
#pragma once

#include "torus/detail/point_passes.hpp"
#include "torus/detail/simd_words.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

/// Where point `j` of block `block` of a polynomial lies; whole vectors only.
BASALT_INLINE std::size_t offset_of(const PointLayout& layout, std::size_t block, std::size_t j) {
  return (block * (layout.block + layout.padding) + j) * 2;
}

/// X^a times an accumulator of pairs, read along the blocks of the first pass: within a range of j,
/// vector j of block s comes from a fixed distance, times a fixed power of i.
struct BlockRotation {
  std::ptrdiff_t from[8];
  std::uint64_t exchange[8], complement[8];

  BASALT_INLINE BlockRotation make(const PairRotation& r, std::size_t block, std::size_t blocks,
                                   std::size_t j) {
    BlockRotation all;
    for (std::size_t s = 0; s < blocks; ++s) {
      const std::size_t t = s * block + j, q = t < r.turn ? 1 : 0;
      const std::size_t source = (t - r.turn) & (r.half - 1);
      all.from[s] = static_cast<std::ptrdiff_t>(source) - static_cast<std::ptrdiff_t>(j);
      all.exchange[s] = r.exchange[q];
      all.complement[s] = r.complement[q];
    }
    return all;
  }
  BASALT_INLINE I load_rotated(const BlockRotation& r, const std::uint64_t* words, std::size_t s,
                               std::size_t j) {
    const I x = load_unaligned(words + r.from[s] + j);
    return turn_pairs(x, r.exchange[s], r.complement[s]);
  }
};

/// Digits of (X^a - 1) ACC, of one component, through the first levels, to `levels` polynomials.
template <std::size_t count>
struct FirstPointPass {
  static constexpr std::size_t n = std::size_t{1} << count;
  const PointLayout& layout;
  std::size_t exponent;

  BASALT_INLINE void finish(const PointLayout& layout, Complex* values, double* z, std::size_t j) {
    split_points<count>(values, SharedTwiddles{layout.outer});
    BASALT_UNROLL
    for (std::size_t s = 0; s < n; ++s) store_point(values[s], z + offset_of(layout, s, j));
  }

  /// Vectors [first, last) of all blocks.
  template <bool one_level>
  void narrow_range(const std::uint64_t* acc, double* z, const PairRotation& pairs,
                    const PairOffsets& offsets, std::size_t first, std::size_t last) const {
    const BlockRotation all = BlockRotation::make(pairs, layout.block, n, first);
    const DigitCut first_digit = DigitCut::narrow(layout.base_log, 0);
    for (std::size_t j = first; j < last; j += lanes) {
      const BlockRotation* rotation = &all;
      __asm__("" : "+r"(rotation));  // its 16 numbers stay in memory, not in 16 registers
      const I even = PairOffsets::at(offsets, j), odd = PairOffsets::at(offsets, j, true);
      I words[n];
      BASALT_UNROLL
      for (std::size_t s = 0; s < n; ++s) {
        constexpr unsigned thue_morse = 0x96;
        const auto offset = hn::BitCast(HalfWords(), (thue_morse >> s & 1) != 0 ? odd : even);
        const auto own = hn::BitCast(HalfWords(), load(acc + s * layout.block + j));
        const auto rotated =
            hn::BitCast(HalfWords(), BlockRotation::load_rotated(*rotation, acc, s, j));
        words[s] = hn::BitCast(Words(), hn::Add(hn::Sub(offset, own), rotated));
      }
      const std::size_t levels = one_level ? 1 : layout.levels;
      for (std::size_t level = 0; level < levels; ++level) {
        const DigitCut digit =
            one_level ? first_digit : DigitCut::narrow(layout.base_log, static_cast<int>(level));
        Complex values[n];
        BASALT_UNROLL
        for (std::size_t s = 0; s < n; ++s) {
          values[s] = {DigitCut::cut(digit, words[s]),
                       DigitCut::cut(digit, upper_halves(words[s]))};
        }
        finish(layout, values, z + level * layout.polynomial_doubles, j);
      }
    }
  }

  template <bool one_level>
  void narrow_levels(const std::uint64_t* acc, double* z) const {
    const PairRotation pairs = PairRotation::make(exponent, layout.half);
    const PairOffsets offsets = PairOffsets::make(layout);
    // Vectors before this one of the block in which the power of i changes are on its first side.
    const std::size_t change = (pairs.turn % layout.block + lanes - 1) / lanes * lanes;
    narrow_range<one_level>(acc, z, pairs, offsets, 0, change);
    narrow_range<one_level>(acc, z, pairs, offsets, change, layout.block);
  }

  void narrow(const std::uint64_t* acc, double* z) const {
    layout.levels == 1 ? narrow_levels<true>(acc, z) : narrow_levels<false>(acc, z);
  }

  void wide(const std::uint64_t* acc, double* z) const {
    const WordRotation rotation{exponent, 2 * layout.half};
    const I offset = every(layout.offsets[0]);
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      I words[2 * n];  // imaginary parts follow the real ones
      BASALT_UNROLL
      for (std::size_t s = 0; s < 2 * n; ++s) {
        const std::size_t t = s * layout.block + j;
        words[s] =
            hn::Add(hn::Sub(offset, load(acc + t)), WordRotation::load_rotated(rotation, acc, t));
      }
      for (std::size_t level = 0; level < layout.levels; ++level) {
        const DigitCut digit = DigitCut::wide(layout.base_log, static_cast<int>(level));
        Complex values[n];
        BASALT_UNROLL
        for (std::size_t s = 0; s < n; ++s) {
          values[s] = {DigitCut::cut(digit, hn::ShiftRightSame(words[s], digit.low)),
                       DigitCut::cut(digit, hn::ShiftRightSame(words[n + s], digit.low))};
        }
        finish(layout, values, z + level * layout.polynomial_doubles, j);
      }
    }
  }
};

/// The last levels of the inverse of one component, added to the accumulator.
template <std::size_t count>
struct LastPointPass {
  static constexpr std::size_t n = std::size_t{1} << count;
  const PointLayout& layout;

  BASALT_INLINE void join(const PointLayout& layout, const double* z, std::size_t j,
                          Complex* values) {
    BASALT_UNROLL
    for (std::size_t s = 0; s < n; ++s) values[s] = load_point(z + offset_of(layout, s, j));
    join_points<count>(values, SharedTwiddles{layout.outer});
  }

  /// Numbers come in units of 2^-32 of the torus.
  void narrow(const double* z, std::uint64_t* acc) const {
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      Complex values[n];
      join(layout, z, j, values);
      BASALT_UNROLL
      for (std::size_t s = 0; s < n; ++s) {
        std::uint64_t* const at = acc + s * layout.block + j;
        const auto pair = hn::BitCast(HalfWords(), lower_halves(narrow_integers(values[s].re),
                                                                narrow_integers(values[s].im)));
        const auto sum = hn::Add(hn::BitCast(HalfWords(), load(at)), pair);
        store(hn::BitCast(Words(), sum), at);
      }
    }
    const I x = load(acc);  // padding: -i times the first pairs
    const I turned = hn::Or(hn::ShiftLeft<32>(x), hn::ShiftRight<32>(x));
    store(hn::Xor(turned, every(0xFFFFFFFF00000000)), acc + layout.half);
  }

  void wide(const double* z, std::uint64_t* acc) const {
    const V magic = every(3.0);  // leaves 51 bits below the point
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      Complex values[n];
      join(layout, z, j, values);
      BASALT_UNROLL
      for (std::size_t s = 0; s < n; ++s) {
        std::uint64_t* const re = acc + s * layout.block + j;
        std::uint64_t* const im = re + layout.half;
        const V x = hn::Add(reduce(values[s].re), magic), y = hn::Add(reduce(values[s].im), magic);
        store(hn::Add(load(re), hn::ShiftLeft<13>(as_words(x))), re);
        store(hn::Add(load(im), hn::ShiftLeft<13>(as_words(y))), im);
      }
    }
    store(hn::Not(load(acc)), acc + 2 * layout.half);
  }
};

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
