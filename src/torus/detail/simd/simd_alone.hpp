// A step of one ciphertext, with the blocks of its polynomials in the lanes: what is computed is
// what the lane of a ciphertext among others computes, number by number. Compiled once per
// instruction set.
#pragma once

#include "torus/detail/points/point_passes.hpp"
#include "torus/detail/simd/simd_middle.hpp"
#include "torus/detail/simd/simd_words.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

void prefetch(const StepTask& task) {
  for (std::size_t i = 0; i < task.prefetch_count; i += 8)
    __builtin_prefetch(task.prefetch + i, 0, 2);
}

/// Digits of (X^a - 1) ACC, or of ACC itself for groups of two bits, of one component, through the
/// first levels, to `levels` polynomials.
template <bool rotate>
struct FirstPassAlone {
  const SimdLayout& layout;
  const std::uint64_t* acc;
  std::size_t exponent;

  void narrow(double* z) const {
    alignas(64) std::uint64_t words[lanes][lanes];  // [block][position]
    const PairRotation rotation = PairRotation::make(exponent, layout.half);
    const PairOffsets offsets = PairOffsets::make(layout);
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      BASALT_UNROLL
      for (std::size_t s = 0; s < lanes; ++s) {
        const std::size_t t = s * layout.block + j;
        const auto offset = hn::BitCast(HalfWords(), PairOffsets::at(offsets, t));
        const auto own = hn::BitCast(HalfWords(), load(acc + t));
        if constexpr (rotate) {
          const I rotated = PairRotation::load_rotated(rotation, acc, t);
          const auto sum = hn::Add(hn::Sub(offset, own), hn::BitCast(HalfWords(), rotated));
          store(hn::BitCast(Words(), sum), words[s]);
        } else {
          store(hn::BitCast(Words(), hn::Add(offset, own)), words[s]);
        }
      }
      for (std::size_t level = 0; level < layout.levels; ++level) {
        const DigitCut digit = DigitCut::narrow(layout.base_log, static_cast<int>(level));
        Complex values[lanes];
        BASALT_UNROLL
        for (std::size_t s = 0; s < lanes; ++s) {
          const I word = load(words[s]);
          values[s] = {DigitCut::cut(digit, word), DigitCut::cut(digit, upper_halves(word))};
        }
        finish(layout, values, z + level * layout.polynomial_doubles + j * point);
      }
    }
  }

  void wide(double* z) const {
    alignas(64) std::uint64_t words[2 * lanes][lanes];
    const WordRotation rotation{exponent, 2 * layout.half};
    const I offset = every(layout.offsets[0]);
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      BASALT_UNROLL
      for (std::size_t s = 0; s < 2 * lanes; ++s) {
        const std::size_t t = s * layout.block + j;  // imaginary parts follow the real ones
        if constexpr (rotate) {
          store(
              hn::Add(hn::Sub(offset, load(acc + t)), WordRotation::load_rotated(rotation, acc, t)),
              words[s]);
        } else {
          store(hn::Add(offset, load(acc + t)), words[s]);
        }
      }
      for (std::size_t level = 0; level < layout.levels; ++level) {
        const DigitCut digit = DigitCut::wide(layout.base_log, static_cast<int>(level));
        Complex values[lanes];
        BASALT_UNROLL
        for (std::size_t s = 0; s < lanes; ++s) {
          const I re = hn::ShiftRightSame(load(words[s]), digit.low);
          const I im = hn::ShiftRightSame(load(words[lanes + s]), digit.low);
          values[s] = {DigitCut::cut(digit, re), DigitCut::cut(digit, im)};
        }
        finish(layout, values, z + level * layout.polynomial_doubles + j * point);
      }
    }
  }

  /// Lanes are positions before, blocks after.
  BASALT_INLINE void finish(const SimdLayout& layout, Complex* values, double* to) {
    split_points<vector_levels>(values, SharedTwiddles{layout.outer});
    transpose_points(values);
    BASALT_UNROLL
    for (std::size_t i = 0; i < lanes; ++i) store_point(values[i], to + i * point);
  }
};

/// The last levels of the inverse of one component, added to the accumulator.
struct LastPassAlone {
  const SimdLayout& layout;
  std::uint64_t* acc;

  /// add(value, at) for the vectors of all blocks: `at` is their place in the accumulator.
  template <class Add>
  BASALT_INLINE void merge(const SimdLayout& layout, const double* z, std::uint64_t* acc,
                           const Add& add) {
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      Complex values[lanes];
      BASALT_UNROLL
      for (std::size_t i = 0; i < lanes; ++i) values[i] = load_point(z + (j + i) * point);
      transpose_points(values);
      join_points<vector_levels>(values, SharedTwiddles{layout.outer});
      BASALT_UNROLL
      for (std::size_t s = 0; s < lanes; ++s) add(values[s], acc + s * layout.block + j);
    }
  }

  void narrow(const double* z) const {
    merge(
        layout, z, acc, [](const Complex& value, std::uint64_t* at) __attribute__((always_inline)) {
          add_pairs(value.re, value.im, at);
        });
    pad_pairs(acc, layout.half);
  }

  void wide(const double* z) const {
    merge(
        layout, z, acc,
        [half = layout.half](const Complex& value, std::uint64_t* at)
            __attribute__((always_inline)) { add_words(value.re, value.im, at, at + half); });
    pad_words(acc, 2 * layout.half);
  }
};

template <bool rotate>
void cut_digits_alone(const SimdLayout& layout, const StepTask& task) {
  for (std::size_t c = 0; c < layout.components; ++c) {
    const FirstPassAlone<rotate> first{layout, task.accumulators[0] + c * layout.component_words,
                                       task.exponents[0]};
    double* const to = task.scratch + c * layout.levels * layout.polynomial_doubles;
    layout.wide ? first.wide(to) : first.narrow(to);
  }
}

/// The first ciphertext of the task.
void step_alone(const SimdLayout& layout, const StepTask& task) {
  static_assert(lanes == std::size_t{1} << vector_levels);
  double* const z = task.scratch;
  const bool pairs = layout.group == 2;
  prefetch(task);
  pairs ? cut_digits_alone<false>(layout, task) : cut_digits_alone<true>(layout, task);
  PairMonomials monomials;
  if (pairs) monomials.prepare(layout, task.exponents, 0);
  double* const tile = z + std::max(layout.rows, layout.components) * layout.polynomial_doubles;
  const Middle<BlockLanes> middle{layout, {task.key, tile}, pairs ? &monomials : nullptr};
  middle.run(0, z, layout.block, 0, 1);
  for (std::size_t c = 0; c < layout.components; ++c) {
    const LastPassAlone last{layout, task.accumulators[0] + c * layout.component_words};
    const double* const from = z + c * layout.polynomial_doubles;
    layout.wide ? last.wide(from) : last.narrow(from);
  }
}

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
