// The two ends of a step: accumulators to digits with the first levels of the transform, and the
// last levels of the inverse back to accumulators. Compiled once per instruction set.
//
// Accumulators stand for (x + 1/2) units, so that the complement of a word is its exact opposite.
#pragma once

#include "torus/detail/simd_layout.hpp"
#include "torus/detail/simd_vector.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

using detail::SimdLayout;

constexpr std::uint64_t exponent_of_2_52 = 0x4330000000000000;
constexpr double two_to_52 = 4503599627370496.0;

constexpr double power_of_two(int exponent) {
  double value = 1.0;
  for (int i = 0; i < exponent; ++i) value *= 2.0;
  return value;
}

/// X^a times an accumulator of pairs: pair j comes from j - a, times a power of i, which is an
/// exchange of the halves and a complement. Two powers occur, below and from `turn`.
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
    const I x = load_unaligned(words + ((j - r.turn) & (r.half - 1)));
#if HWY_TARGET <= HWY_AVX3
    const I turned = I{_mm512_rolv_epi64(x.raw, every(r.exchange[q]).raw)};
#else
    const I other = hn::BitCast(Words(), hn::Shuffle2301(hn::BitCast(HalfWords(), x)));
    const I turned = hn::Xor(x, hn::And(hn::Xor(x, other), every(r.exchange[q])));
#endif
    return hn::Xor(turned, every(r.complement[q]));
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

/// What is added to a word before digits are cut: half a base for each digit and half of the last
/// digit's unit, or one less.
BASALT_INLINE std::uint64_t digit_offset(const SimdLayout& layout, std::uint64_t less) {
  const int bits = layout.wide ? 64 : 32;
  const int last = bits - layout.base_log * static_cast<int>(layout.levels);
  std::uint64_t offset = (std::uint64_t{1} << (last - 1)) - less;
  for (int level = 1; level <= static_cast<int>(layout.levels); ++level) {
    offset += std::uint64_t{1} << (bits - layout.base_log * (level - 1) - 1);
  }
  return layout.wide ? offset : offset & 0xFFFFFFFF;
}

/// Offsets of `lanes` neighbouring pairs. A tie rounded up everywhere would add up over the key to
/// more than the noise, so about every second position, without a pattern, rounds ties down: two
/// kinds of vectors, opposite to each other, drawn by a hash of the position.
struct PairOffsets {
  I kinds[2];

  /// Words themselves, not differences, stand for x + 1/2 and need no choice.
  BASALT_INLINE PairOffsets make(const SimdLayout& layout, bool differences) {
    alignas(64) std::uint64_t words[2][lanes];
    for (std::size_t c = 0; c < lanes; ++c) {
      if (!differences) {
        words[0][c] = words[1][c] = digit_offset(layout, 0) * 0x1'0000'0001;
        continue;
      }
      const std::uint64_t less = (0xB1 >> c) & 1;
      words[0][c] = digit_offset(layout, less) | digit_offset(layout, 1 - less) << 32;
      words[1][c] = digit_offset(layout, 1 - less) | digit_offset(layout, less) << 32;
    }
    return {{hn::Load(Words(), words[0]), hn::Load(Words(), words[1])}};
  }
  BASALT_INLINE I at(const PairOffsets& offsets, std::size_t position) {
    return offsets.kinds[(position / lanes * 0x9E3779B97F4A7C15) >> 63];
  }
};

/// Where point `p` of a polynomial of the transform lies.
BASALT_INLINE std::size_t offset_of(const SimdLayout& layout, std::size_t block, std::size_t j) {
  return (block * (layout.block + 1) + j) * point;
}

/// Digits of (X^a - 1) ACC, or of ACC itself for groups of two bits, of one component, through the
/// first levels, to `levels` polynomials.
template <bool rotate, bool tangents, std::size_t count>
struct FirstPass {
  static constexpr std::size_t n = std::size_t{1} << count;
  const SimdLayout& layout;
  const StepTask& task;

  void narrow(std::size_t component, double* z) const {
    alignas(64) std::uint64_t words[n][lanes][lanes];  // [block][position][ciphertext]
    PairRotation rotations[lanes];
    for (std::size_t c = 0; c < lanes; ++c) {
      rotations[c] = PairRotation::make(task.exponents[c], layout.half);
    }
    const PairOffsets offsets = PairOffsets::make(layout, rotate);
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      for (std::size_t s = 0; s < n; ++s) {
        const std::size_t t = s * layout.block + j;
        const I offset = PairOffsets::at(offsets, t);
        I r[lanes];
        BASALT_UNROLL
        for (std::size_t c = 0; c < lanes; ++c) {
          const std::uint64_t* acc = task.accumulators[c] + component * layout.component_words;
          if constexpr (rotate) {
            const I rotated = PairRotation::load_rotated(rotations[c], acc, t);
            const auto sum = hn::Add(
                hn::Sub(hn::BitCast(HalfWords(), offset), hn::BitCast(HalfWords(), load(acc + t))),
                hn::BitCast(HalfWords(), rotated));
            r[c] = hn::BitCast(Words(), sum);
          } else {
            r[c] = hn::BitCast(Words(), hn::Add(hn::BitCast(HalfWords(), offset),
                                                hn::BitCast(HalfWords(), load(acc + t))));
          }
        }
        transpose(r);
        BASALT_UNROLL
        for (std::size_t i = 0; i < lanes; ++i) store(r[i], words[s][i]);
      }
      for (std::size_t level = 0; level < layout.levels; ++level) {
        const DigitCut digit = DigitCut::narrow(layout.base_log, static_cast<int>(level));
        for (std::size_t i = 0; i < lanes; ++i) {
          Complex values[n];
          BASALT_UNROLL
          for (std::size_t s = 0; s < n; ++s) {
            const I word = load(words[s][i]);
            values[s] = {DigitCut::cut(digit, word),
                         DigitCut::cut(digit, hn::ShiftRight<32>(word))};
          }
          finish(values, z + level * layout.polynomial_doubles, j + i);
        }
      }
    }
  }

  void wide(std::size_t component, double* z) const {
    alignas(64) std::uint64_t words[2][n][lanes][lanes];
    WordRotation rotations[lanes];
    for (std::size_t c = 0; c < lanes; ++c) {
      rotations[c] = {task.exponents[c], 2 * layout.half};
    }
    const I offset = every(digit_offset(layout, 0));
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      for (std::size_t s = 0; s < 2 * n; ++s) {
        const std::size_t t = s * layout.block + j;  // imaginary parts follow the real ones
        I r[lanes];
        BASALT_UNROLL
        for (std::size_t c = 0; c < lanes; ++c) {
          const std::uint64_t* acc = task.accumulators[c] + component * layout.component_words;
          if constexpr (rotate) {
            r[c] = hn::Add(hn::Sub(offset, load(acc + t)),
                           WordRotation::load_rotated(rotations[c], acc, t));
          } else {
            r[c] = hn::Add(offset, load(acc + t));
          }
        }
        transpose(r);
        BASALT_UNROLL
        for (std::size_t i = 0; i < lanes; ++i) store(r[i], words[s / n][s % n][i]);
      }
      for (std::size_t level = 0; level < layout.levels; ++level) {
        const DigitCut digit = DigitCut::wide(layout.base_log, static_cast<int>(level));
        for (std::size_t i = 0; i < lanes; ++i) {
          Complex values[n];
          BASALT_UNROLL
          for (std::size_t s = 0; s < n; ++s) {
            const I re = hn::ShiftRightSame(load(words[0][s][i]), digit.low);
            const I im = hn::ShiftRightSame(load(words[1][s][i]), digit.low);
            values[s] = {DigitCut::cut(digit, re), DigitCut::cut(digit, im)};
          }
          finish(values, z + level * layout.polynomial_doubles, j + i);
        }
      }
    }
  }

  BASALT_INLINE void finish_split(Complex* values, const SimdLayout& layout, double* z,
                                  std::size_t j) {
    split<tangents, count>(values, layout.outer_forward);
    BASALT_UNROLL
    for (std::size_t s = 0; s < n; ++s) store_point(values[s], z + offset_of(layout, s, j));
  }
  __attribute__((always_inline)) void finish(Complex* values, double* z, std::size_t j) const {
    finish_split(values, layout, z, j);
  }
};

/// Units of the torus in [-1/2, 1/2].
BASALT_INLINE V reduce(V value) {
#if HWY_TARGET <= HWY_AVX3
  return V{_mm512_reduce_pd(value.raw, 0)};
#else
  return hn::Sub(value, hn::Round(value));
#endif
}

/// The last levels of the inverse of one component, added to the accumulators.
template <bool tangents, std::size_t count>
struct LastPass {
  static constexpr std::size_t n = std::size_t{1} << count;
  static constexpr std::size_t pairs = count == 3 ? 4 : count;
  static constexpr std::size_t table_step = 2 * (pairs + n);
  const SimdLayout& layout;
  const StepTask& task;

  /// Point j of all blocks, in units of the torus modulo 1.
  BASALT_INLINE void merge_points(const SimdLayout& layout, const double* z, std::size_t j,
                                  Complex* values) {
    const double* const table = layout.outer_inverse + j * table_step;
    BASALT_UNROLL
    for (std::size_t s = 0; s < n; ++s) values[s] = load_point(z + offset_of(layout, s, j));
    merge<tangents, count>(values, table);
    BASALT_UNROLL
    for (std::size_t s = 0; s < n; ++s) {
      const V c = every(table[2 * (pairs + s)]), d = every(table[2 * (pairs + s) + 1]);
      const V re = hn::MulAdd(values[s].im, d, hn::Mul(values[s].re, c));
      const V im = hn::NegMulAdd(values[s].re, d, hn::Mul(values[s].im, c));
      values[s] = {reduce(re), reduce(im)};
    }
  }

  void narrow(std::size_t component, const double* z) const {
    alignas(64) std::uint64_t words[n][lanes][lanes];  // [block][position][ciphertext]
    const V magic = every(1.5 * 1048576.0);            // leaves 32 bits below the point
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      for (std::size_t i = 0; i < lanes; ++i) {
        Complex values[n];
        merge_points(layout, z, j + i, values);
        BASALT_UNROLL
        for (std::size_t s = 0; s < n; ++s) {
          const I re = as_words(hn::Add(values[s].re, magic));
          const I im = hn::ShiftLeft<32>(as_words(hn::Add(values[s].im, magic)));
          const auto pair = hn::OddEven(hn::BitCast(HalfWords(), im), hn::BitCast(HalfWords(), re));
          store(hn::BitCast(Words(), pair), words[s][i]);
        }
      }
      for (std::size_t s = 0; s < n; ++s) {
        I r[lanes];
        BASALT_UNROLL
        for (std::size_t i = 0; i < lanes; ++i) r[i] = load(words[s][i]);
        transpose(r);
        BASALT_UNROLL
        for (std::size_t c = 0; c < lanes; ++c) {
          std::uint64_t* acc =
              task.accumulators[c] + component * layout.component_words + s * layout.block + j;
          const auto sum =
              hn::Add(hn::BitCast(HalfWords(), load(acc)), hn::BitCast(HalfWords(), r[c]));
          store(hn::BitCast(Words(), sum), acc);
        }
      }
    }
    for (std::size_t c = 0; c < lanes; ++c) {  // padding: -i times the first pairs
      std::uint64_t* acc = task.accumulators[c] + component * layout.component_words;
      const I x = load(acc);
      const I turned = hn::Or(hn::ShiftLeft<32>(x), hn::ShiftRight<32>(x));
      store(hn::Xor(turned, every(0xFFFFFFFF00000000)), acc + layout.half);
    }
  }

  void wide(std::size_t component, const double* z) const {
    alignas(64) std::uint64_t words[2][n][lanes][lanes];
    const V magic = every(3.0);  // leaves 51 bits below the point
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      for (std::size_t i = 0; i < lanes; ++i) {
        Complex values[n];
        merge_points(layout, z, j + i, values);
        BASALT_UNROLL
        for (std::size_t s = 0; s < n; ++s) {
          store(hn::ShiftLeft<13>(as_words(hn::Add(values[s].re, magic))), words[0][s][i]);
          store(hn::ShiftLeft<13>(as_words(hn::Add(values[s].im, magic))), words[1][s][i]);
        }
      }
      for (std::size_t s = 0; s < 2 * n; ++s) {
        I r[lanes];
        BASALT_UNROLL
        for (std::size_t i = 0; i < lanes; ++i) r[i] = load(words[s / n][s % n][i]);
        transpose(r);
        BASALT_UNROLL
        for (std::size_t c = 0; c < lanes; ++c) {
          std::uint64_t* acc =
              task.accumulators[c] + component * layout.component_words + s * layout.block + j;
          store(hn::Add(load(acc), r[c]), acc);
        }
      }
    }
    for (std::size_t c = 0; c < lanes; ++c) {
      std::uint64_t* acc = task.accumulators[c] + component * layout.component_words;
      store(hn::Not(load(acc)), acc + 2 * layout.half);
    }
  }
};

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
