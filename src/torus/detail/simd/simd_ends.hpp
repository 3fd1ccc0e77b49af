// The two ends of a step: accumulators to digits with the first levels of the transform, and the
// last levels of the inverse back to accumulators. Compiled once per instruction set.
#pragma once

#include "torus/detail/simd/simd_layout.hpp"
#include "torus/detail/simd/simd_words.hpp"
#include "torus/detail/transform.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

using detail::SimdLayout;

/// Where point `p` of a polynomial of the transform lies.
BASALT_INLINE std::size_t offset_of(const SimdLayout& layout, std::size_t block, std::size_t j) {
  return (block * (layout.block + 1) + j) * point;
}

/// Digits of (X^a - 1) ACC, or of ACC itself for groups of two bits, of one component, through the
/// first levels, to `levels` polynomials.
template <bool rotate, std::size_t count>
struct FirstPass {
  static constexpr std::size_t n = std::size_t{1} << count;
  const SimdLayout& layout;
  const StepTask& task;

  void narrow(std::size_t component, double* z) const {
    // For `lanes` neighbouring positions of all n blocks at a time:
    // 1. per ciphertext the vector of offset + X^a ACC - ACC (or offset + ACC) at these positions;
    // 2. transposed, so that lanes are ciphertexts;
    // 3. per level the field of bits that is the digit, as doubles;
    // 4. the outer levels across the n blocks, while the numbers are in registers.
    alignas(64) std::uint64_t words[n][lanes][lanes];  // [block][position][ciphertext]
    PairRotation rotations[lanes];
    for (std::size_t c = 0; c < lanes; ++c) {
      rotations[c] = PairRotation::make(task.exponents[c], layout.half);
    }
    const PairOffsets offsets = PairOffsets::make(layout);
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
            values[s] = {DigitCut::cut(digit, word), DigitCut::cut(digit, upper_halves(word))};
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
    const I offset = every(layout.offsets[0]);
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
    split_points<count>(values, SharedTwiddles{layout.outer});
    BASALT_UNROLL
    for (std::size_t s = 0; s < n; ++s) store_point(values[s], z + offset_of(layout, s, j));
  }
  __attribute__((always_inline)) void finish(Complex* values, double* z, std::size_t j) const {
    finish_split(values, layout, z, j);
  }
};

/// The last levels of the inverse of one component, added to the accumulators.
template <std::size_t count>
struct LastPass {
  static constexpr std::size_t n = std::size_t{1} << count;
  const SimdLayout& layout;
  const StepTask& task;

  /// Point j of all blocks, in units of the torus, or of 2^-32 of it for narrow words.
  BASALT_INLINE void merge_points(const SimdLayout& layout, const double* z, std::size_t j,
                                  Complex* values) {
    BASALT_UNROLL
    for (std::size_t s = 0; s < n; ++s) values[s] = load_point(z + offset_of(layout, s, j));
    join_points<count>(values, SharedTwiddles{layout.outer});
  }

  void narrow(std::size_t component, const double* z) const {
    // The first pass backwards: outer levels, numbers to words, transposed to one ciphertext per
    // vector, added to its accumulator, whose padding is renewed at the end.
    alignas(64) std::uint64_t words[n][lanes][lanes];  // [block][position][ciphertext]
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      for (std::size_t i = 0; i < lanes; ++i) {
        Complex values[n];
        merge_points(layout, z, j + i, values);
        BASALT_UNROLL
        for (std::size_t s = 0; s < n; ++s) {
          store(lower_halves(narrow_integers(values[s].re), narrow_integers(values[s].im)),
                words[s][i]);
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
    for (std::size_t c = 0; c < lanes; ++c) {
      pad_pairs(task.accumulators[c] + component * layout.component_words, layout.half);
    }
  }

  void wide(std::size_t component, const double* z) const {
    alignas(64) std::uint64_t words[2][n][lanes][lanes];
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      for (std::size_t i = 0; i < lanes; ++i) {
        Complex values[n];
        merge_points(layout, z, j + i, values);
        BASALT_UNROLL
        for (std::size_t s = 0; s < n; ++s) {
          store(torus_words(values[s].re), words[0][s][i]);
          store(torus_words(values[s].im), words[1][s][i]);
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
      pad_words(task.accumulators[c] + component * layout.component_words, 2 * layout.half);
    }
  }
};

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
