// Words of accumulators: rotated, cut into digits, and won back from numbers. Compiled once per
// instruction set.
//
// Accumulators stand for (x + 1/2) units, so that the complement of a word is its exact opposite.
#pragma once

#include "torus/detail/simd/simd_layout.hpp"
#include "torus/detail/simd/simd_vector.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

using detail::RotationSizes;

constexpr std::uint64_t exponent_of_2_52 = 0x4330000000000000;
constexpr double two_to_52 = 4503599627370496.0;

BASALT_INLINE double power_of_two(int exponent) {
  const std::uint64_t bits = static_cast<std::uint64_t>(1023 + exponent) << 52;
  double value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

/// Pairs times a power of i.
BASALT_INLINE I turn_pairs(I x, const std::uint64_t& exchange, const std::uint64_t& complement) {
#if HWY_TARGET <= HWY_AVX3
  const I turned = I{_mm512_rolv_epi64(x.raw, every(exchange).raw)};
#else
  const I other = hn::BitCast(Words(), hn::Shuffle2301(hn::BitCast(HalfWords(), x)));
  const I turned = hn::Xor(x, hn::And(hn::Xor(x, other), every(exchange)));
#endif
  return hn::Xor(turned, every(complement));
}

/// X^a times an accumulator of pairs: pair j comes from j - a, times a power of i, which is an
/// exchange of the halves and a complement. Two powers occur, below and from `turn`.
///
/// The pair (x_j, x_(j+M)) is the complex number x_j + i x_(j+M) modulo X^M - i, so X^M is i. With
/// a = q M + r pair j is i^q times pair j - r, or i^(q+1) times pair j - r + M where j < r. Times i
/// is (re, im) -> (-im, re): the halves change places and the lower one its sign, by a complement
/// since words stand for x + 1/2.
struct PairRotation {
  std::size_t turn = 0, half = 0;
  std::uint64_t exchange[2], complement[2];  ///< Masks, or a rotation count for `exchange`.

  BASALT_INLINE PairRotation make(std::size_t exponent, std::size_t half) {
    constexpr std::uint64_t low = 0xFFFFFFFF, all = ~std::uint64_t{0};
    constexpr std::uint64_t complements[4] = {0, low, all, all ^ low};
    PairRotation r;
    r.turn = exponent & (half - 1);
    r.half = half;
    for (std::size_t q = 0; q < 2; ++q) {
      const std::size_t power = (exponent / half + q) & 3;
      r.exchange[q] = (power & 1) == 0 ? 0 : has_avx512 ? 32 : all;
      r.complement[q] = complements[power];
    }
    return r;
  }

  BASALT_INLINE I load_rotated(const PairRotation& r, const std::uint64_t* words, std::size_t j) {
    const std::size_t q = j < r.turn ? 1 : 0;
    return turn_pairs(load_unaligned(words + ((j - r.turn) & (r.half - 1))), r.exchange[q],
                      r.complement[q]);
  }
};

/// X^a times an accumulator of whole words.
struct WordRotation {
  std::size_t exponent = 0, size = 0;

  BASALT_INLINE I load_rotated(const WordRotation& r, const std::uint64_t* words, std::size_t j) {
    const std::size_t from = (j - r.exponent) & (2 * r.size - 1);
    const std::uint64_t complement = from < r.size ? 0 : ~std::uint64_t{0};
    return hn::Xor(load_unaligned(words + (from & (r.size - 1))), every(complement));
  }
};

/// Constants that cut digit `level` out of a word with all half bases added.
struct DigitCut {
  int low;  ///< Position of the digit.
  I mask;
  V bias;

  BASALT_INLINE DigitCut narrow(int base_log, int level) {
    const int low = 32 - base_log * (level + 1);
    return {low, every(((std::uint64_t{1} << base_log) - 1) << low),
            every(two_to_52 + power_of_two(low + base_log - 1))};
  }
  BASALT_INLINE DigitCut wide(int base_log, int level) {
    return {64 - base_log * (level + 1), every((std::uint64_t{1} << base_log) - 1),
            every(two_to_52 + power_of_two(base_log - 1))};
  }
  BASALT_INLINE V cut(const DigitCut& d, I word) {
    return hn::Sub(as_doubles(hn::OrAnd(every(exponent_of_2_52), word, d.mask)), d.bias);
  }
};

/// What is added to `lanes` neighbouring pairs before digits are cut: the two kinds of a layout.
struct PairOffsets {
  I kinds[2];

  BASALT_INLINE PairOffsets make(const RotationSizes& layout) {
    return {{load(layout.offsets), load(layout.offsets + lanes)}};
  }
  BASALT_INLINE I at(const PairOffsets& offsets, std::size_t position, bool opposite = false) {
    const std::size_t kind = (position / lanes * 0x9E3779B97F4A7C15) >> 63;
    return offsets.kinds[kind ^ (opposite ? 1 : 0)];
  }
};

/// The upper halves of words below, whatever above.
BASALT_INLINE I upper_halves(I x) {
  return hn::BitCast(Words(), hn::DupOdd(hn::BitCast(HalfWords(), x)));
}

/// Words from the lower halves of two.
BASALT_INLINE I lower_halves(I low, I high) {
#if HWY_TARGET <= HWY_AVX3
  return I{_mm512_mask_shuffle_epi32(low.raw, 0xAAAA, high.raw, _MM_PERM_CCAA)};
#else
  return hn::BitCast(Words(), hn::OddEven(hn::BitCast(HalfWords(), hn::ShiftLeft<32>(high)),
                                          hn::BitCast(HalfWords(), low)));
#endif
}

/// Renews what follows the words of an accumulator, from which rotated vectors are read: -i times
/// the first pairs, or the first words' opposites.
BASALT_INLINE void pad_pairs(std::uint64_t* words, std::size_t half) {
  const I x = load(words);
  const I turned = hn::Or(hn::ShiftLeft<32>(x), hn::ShiftRight<32>(x));
  store(hn::Xor(turned, every(0xFFFFFFFF00000000)), words + half);
}
BASALT_INLINE void pad_words(std::uint64_t* words, std::size_t size) {
  store(hn::Not(load(words)), words + size);
}

/// Units of the torus in [-1/2, 1/2].
BASALT_INLINE V reduce(V value) {
#if HWY_TARGET <= HWY_AVX3
  return V{_mm512_reduce_pd(value.raw, 0)};
#else
  return hn::Sub(value, hn::Round(value));
#endif
}

/// Units of 2^-32 of the torus, of magnitude below 2^63, as integers modulo 2^32 in the lower
/// halves.
BASALT_INLINE I narrow_integers(V value) {
#if HWY_TARGET <= HWY_AVX3
  return I{_mm512_cvtpd_epi64(value.raw)};
#else
  const V torus = hn::Mul(value, every(0x1p-32));
  return as_words(hn::Add(reduce(torus), every(1.5 * 1048576.0)));  // 32 bits below the point
#endif
}

/// Units of the torus as words, of which 51 bits count.
BASALT_INLINE I torus_words(V value) {
  return hn::ShiftLeft<13>(
      as_words(hn::Add(reduce(value), every(3.0))));  // 51 bits below the point
}

/// Adds numbers in units of 2^-32 of the torus to the pairs of a narrow accumulator.
BASALT_INLINE void add_pairs(V re, V im, std::uint64_t* at) {
  const auto pair =
      hn::BitCast(HalfWords(), lower_halves(narrow_integers(re), narrow_integers(im)));
  store(hn::BitCast(Words(), hn::Add(hn::BitCast(HalfWords(), load(at)), pair)), at);
}

/// Adds numbers in units of the torus to words of a wide accumulator.
BASALT_INLINE void add_words(V re, V im, std::uint64_t* re_at, std::uint64_t* im_at) {
  store(hn::Add(load(re_at), torus_words(re)), re_at);
  store(hn::Add(load(im_at), torus_words(im)), im_at);
}

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
