// The two ends of a step with neighbouring points in the lanes: accumulators to digits with the
// first levels of the transform, and the last levels back to accumulators. Compiled once per
// instruction set.
//
// The outer levels split a polynomial into strip_blocks blocks. They are done strip by strip, the
// vectors of one position in all blocks, in two rounds that stay in the first level cache, so that
// the large arrays are passed over once.
#pragma once

#include "torus/detail/points/point_passes.hpp"
#include "torus/detail/simd/simd_words.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

constexpr std::size_t strip_side = lanes;  ///< Points of a butterfly of one round.
constexpr std::size_t strip_blocks = strip_side * strip_side;
constexpr std::size_t round_twiddles = 2 * twiddles_of(vector_levels);

BASALT_INLINE void prefetch_point(const double* at) {
  BASALT_UNROLL
  for (std::size_t i = 0; i < point; i += 8) __builtin_prefetch(at + i, 1, 3);
}

/// Moves vectors up by some lanes, the vector before filling the gap.
struct LaneShift {
#if HWY_TARGET <= HWY_AVX3
  I from;

  BASALT_INLINE LaneShift make(std::size_t count) {
    return {hn::Add(hn::Iota(Words(), lanes), every(0 - count))};
  }
  BASALT_INLINE I apply(const LaneShift& shift, I before, I x) {
    return I{_mm512_permutex2var_epi64(before.raw, shift.from.raw, x.raw)};
  }
#else
  I from;
  hn::Mask<Words> gap;

  BASALT_INLINE LaneShift make(std::size_t count) {
    const I lane = hn::Iota(Words(), 0);
    return {hn::And(hn::Add(lane, every(0 - count)), every(lanes - 1)), hn::Lt(lane, every(count))};
  }
  BASALT_INLINE I apply(const LaneShift& shift, I before, I x) {
    const auto indices = hn::IndicesFromVec(Words(), shift.from);
    return hn::IfThenElse(shift.gap, hn::TableLookupLanes(before, indices),
                          hn::TableLookupLanes(x, indices));
  }
#endif
};

/// X^a times a component in strips. The product's strip is the component's strip some places
/// before, and a part of the strip before that; block s comes from block s - shift, and whenever
/// the blocks are passed, the power of i (of pairs) or the sign (of words) changes.
template <std::size_t blocks>
struct StripRotation {
  static constexpr std::size_t strip_words = blocks * lanes;
  std::size_t strips, shift, places;
  LaneShift lane_shift;

  StripRotation(const PointLayout& layout, std::size_t exponent)
      : strips(layout.block / lanes),
        shift(exponent / layout.block),
        places(exponent % layout.block / lanes),
        lane_shift(LaneShift::make(exponent % lanes)) {}

  /// One of the two strips from which words come.
  struct Source {
    std::size_t turn;               ///< Blocks from here on and those below come from
    const std::uint64_t* words[2];  ///< block s of these,
    std::size_t power[2];           ///< times this power.
  };
  BASALT_INLINE Source source(const StripRotation& r, const std::uint64_t* acc, std::size_t strip,
                              std::size_t before) {
    const std::size_t borrow = strip < r.places + before ? 1 : 0, all = r.shift + borrow;
    const std::size_t from = strip + borrow * r.strips - r.places - before;
    Source source;
    source.turn = all % blocks;
    source.words[0] = acc + from * strip_words - source.turn * lanes;
    source.words[1] = source.words[0] + strip_words;
    source.power[0] = all / blocks;
    source.power[1] = source.power[0] + 1;
    return source;
  }

  /// use(s, x) for all blocks s, whose vector of the product's strip is x; turn(p) gives what turns
  /// words by the power p.
  template <class Turn, class Use>
  BASALT_INLINE void for_blocks(const StripRotation& r, const std::uint64_t* acc, std::size_t strip,
                                const Turn& turn, const Use& use) {
    const Source own = source(r, acc, strip, 0), before = source(r, acc, strip, 1);
    const bool own_first = own.turn < before.turn;
    const std::size_t ends[4] = {0, own_first ? own.turn : before.turn,
                                 own_first ? before.turn : own.turn, blocks};
    for (std::size_t range = 0; range < 3; ++range) {
      const std::size_t first = ends[range], last = ends[range + 1];
      const std::size_t p = first < own.turn ? 1 : 0, q = first < before.turn ? 1 : 0;
      const auto turn_own = turn(own.power[p]), turn_before = turn(before.power[q]);
      for (std::size_t s = first; s < last; ++s) {
        const I x = turn_own(load(own.words[p] + s * lanes));
        const I y = turn_before(load(before.words[q] + s * lanes));
        use(s, LaneShift::apply(r.lane_shift, y, x));
      }
    }
  }
};

/// Digits of (X^a - 1) ACC, of one component, through the outer levels, to `levels` polynomials.
struct FirstPointPass {
  const PointLayout& layout;
  std::size_t exponent;

  /// Both rounds of one strip: `cut(s)` gives its point of block s.
  template <class Cut>
  BASALT_INLINE void split_strip(const PointLayout& layout, const Cut& cut, double* to) {
    alignas(64) double strip[strip_blocks * point];
    const std::size_t step = layout.block_doubles;
    for (std::size_t s = 0; s < strip_side; ++s) {
      Complex values[strip_side];
      BASALT_UNROLL
      for (std::size_t i = 0; i < strip_side; ++i) {
        values[i] = cut(i * strip_side + s);
        prefetch_point(to + (s * strip_side + i) * step);
      }
      split_points<vector_levels>(values, SharedTwiddles{layout.outer});
      BASALT_UNROLL
      for (std::size_t i = 0; i < strip_side; ++i) {
        store_point(values[i], strip + (i * strip_side + s) * point);
      }
    }
    for (std::size_t i = 0; i < strip_side; ++i) {
      Complex values[strip_side];
      BASALT_UNROLL
      for (std::size_t s = 0; s < strip_side; ++s) {
        values[s] = load_point(strip + (i * strip_side + s) * point);
      }
      split_points<vector_levels>(values, SharedTwiddles{layout.pass[0] + i * round_twiddles});
      BASALT_UNROLL
      for (std::size_t s = 0; s < strip_side; ++s) {
        store_point(values[s], to + (i * strip_side + s) * step);
      }
    }
  }

  void narrow(const std::uint64_t* acc, double* z) const {
    constexpr std::uint64_t low = 0xFFFFFFFF, all = ~std::uint64_t{0};
    constexpr std::uint64_t exchanges[2] = {0, has_avx512 ? 32 : all};
    constexpr std::uint64_t complements[4] = {0, low, all, all ^ low};
    const PairOffsets offsets = PairOffsets::make(layout);
    const StripRotation<strip_blocks> rotation(layout, exponent);
    const auto turn = [&](std::size_t power) __attribute__((always_inline)) {
      return [ exchange = exchanges[power & 1], complement = complements[power & 3] ](I x)
          __attribute__((always_inline)) {
        return turn_pairs(x, exchange, complement);
      };
    };
    alignas(64) std::uint64_t words[strip_blocks * lanes];
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      const hn::Vec<HalfWords> kinds[2] = {
          hn::BitCast(HalfWords(), PairOffsets::at(offsets, j)),
          hn::BitCast(HalfWords(), PairOffsets::at(offsets, j, true))};
      const std::uint64_t* const own = acc + j * strip_blocks;
      const auto subtract = [&](std::size_t s, I rotated) __attribute__((always_inline)) {
        const auto offset = kinds[__builtin_parityll(s & 7)];
        const auto sum = hn::Add(hn::Sub(offset, hn::BitCast(HalfWords(), load(own + s * lanes))),
                                 hn::BitCast(HalfWords(), rotated));
        store(hn::BitCast(Words(), sum), words + s * lanes);
      };
      StripRotation<strip_blocks>::for_blocks(rotation, acc, j / lanes, turn, subtract);
      for (std::size_t level = 0; level < layout.levels; ++level) {
        const DigitCut digit = DigitCut::narrow(layout.base_log, static_cast<int>(level));
        const auto cut = [&](std::size_t s) __attribute__((always_inline)) {
          const I word = load(words + s * lanes);
          return Complex{DigitCut::cut(digit, word), DigitCut::cut(digit, upper_halves(word))};
        };
        split_strip(layout, cut, z + level * layout.polynomial_doubles + 2 * j);
      }
    }
  }

  void wide(const std::uint64_t* acc, double* z) const {
    constexpr std::size_t blocks = 2 * strip_blocks;  // imaginary parts follow the real ones
    const I offset = every(layout.offsets[0]);
    const StripRotation<blocks> rotation(layout, exponent);
    const auto turn = [&](std::size_t power) __attribute__((always_inline)) {
      return [complement = every(0 - std::uint64_t{power & 1})](I x)
          __attribute__((always_inline)) {
        return hn::Xor(x, complement);
      };
    };
    alignas(64) std::uint64_t words[blocks * lanes];
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      const std::uint64_t* const own = acc + j * blocks;
      const auto subtract = [&](std::size_t s, I rotated) __attribute__((always_inline)) {
        store(hn::Add(hn::Sub(offset, load(own + s * lanes)), rotated), words + s * lanes);
      };
      StripRotation<blocks>::for_blocks(rotation, acc, j / lanes, turn, subtract);
      for (std::size_t level = 0; level < layout.levels; ++level) {
        const DigitCut digit = DigitCut::wide(layout.base_log, static_cast<int>(level));
        const auto cut = [&](std::size_t s) __attribute__((always_inline)) {
          const I re = load(words + s * lanes), im = load(words + (strip_blocks + s) * lanes);
          return Complex{DigitCut::cut(digit, hn::ShiftRightSame(re, digit.low)),
                         DigitCut::cut(digit, hn::ShiftRightSame(im, digit.low))};
        };
        split_strip(layout, cut, z + level * layout.polynomial_doubles + 2 * j);
      }
    }
  }
};

/// The last levels of the inverse of one component, added to the accumulator.
struct LastPointPass {
  const PointLayout& layout;

  /// Both rounds of one strip: `take(s, value)` gets its point of block s.
  template <class Take>
  BASALT_INLINE void join_strip(const PointLayout& layout, const double* from, const Take& take) {
    alignas(64) double strip[strip_blocks * point];
    const std::size_t step = layout.block_doubles;
    for (std::size_t i = 0; i < strip_side; ++i) {
      Complex values[strip_side];
      BASALT_UNROLL
      for (std::size_t s = 0; s < strip_side; ++s) {
        const double* const at = from + (i * strip_side + s) * step;
        values[s] = load_point(at);
        prefetch_point(at + point);
      }
      join_points<vector_levels>(values, SharedTwiddles{layout.pass[0] + i * round_twiddles});
      BASALT_UNROLL
      for (std::size_t s = 0; s < strip_side; ++s) {
        store_point(values[s], strip + (i * strip_side + s) * point);
      }
    }
    for (std::size_t s = 0; s < strip_side; ++s) {
      Complex values[strip_side];
      BASALT_UNROLL
      for (std::size_t i = 0; i < strip_side; ++i) {
        values[i] = load_point(strip + (i * strip_side + s) * point);
      }
      join_points<vector_levels>(values, SharedTwiddles{layout.outer});
      BASALT_UNROLL
      for (std::size_t i = 0; i < strip_side; ++i) take(i * strip_side + s, values[i]);
    }
  }

  void narrow(const double* z, std::uint64_t* acc) const {
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      const auto add = [&](std::size_t s, const Complex& value) __attribute__((always_inline)) {
        add_pairs(value.re, value.im, acc + j * strip_blocks + s * lanes);
      };
      join_strip(layout, z + 2 * j, add);
    }
  }

  void wide(const double* z, std::uint64_t* acc) const {
    for (std::size_t j = 0; j < layout.block; j += lanes) {
      const auto add = [&](std::size_t s, const Complex& value) __attribute__((always_inline)) {
        std::uint64_t* const re = acc + 2 * j * strip_blocks + s * lanes;
        add_words(value.re, value.im, re, re + strip_blocks * lanes);
      };
      join_strip(layout, z + 2 * j, add);
    }
  }
};

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
