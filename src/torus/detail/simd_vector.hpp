// Vectors, butterflies and transposes of the vector kernels. Compiled once per instruction set;
// only for kernels_*.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#define BASALT_INLINE static inline __attribute__((always_inline))
#define BASALT_UNROLL _Pragma("GCC unroll 16")

constexpr std::size_t lanes = HWY_LANES(double);
constexpr std::size_t point = 2 * lanes;  ///< Doubles of one point.
constexpr bool has_avx512 = HWY_TARGET <= HWY_AVX3;

using Doubles = hn::CappedTag<double, lanes>;
using Words = hn::CappedTag<std::uint64_t, lanes>;
using HalfWords = hn::CappedTag<std::uint32_t, 2 * lanes>;
using V = hn::Vec<Doubles>;
using I = hn::Vec<Words>;

BASALT_INLINE V load(const double* from) {
  return hn::Load(Doubles(), from);
}
BASALT_INLINE void store(V value, double* to) {
  hn::Store(value, Doubles(), to);
}
BASALT_INLINE I load(const std::uint64_t* from) {
  return hn::Load(Words(), from);
}
BASALT_INLINE I load_unaligned(const std::uint64_t* from) {
  return hn::LoadU(Words(), from);
}
BASALT_INLINE void store(I value, std::uint64_t* to) {
  hn::Store(value, Words(), to);
}
BASALT_INLINE V every(double value) {
  return hn::Set(Doubles(), value);
}
BASALT_INLINE I every(std::uint64_t value) {
  return hn::Set(Words(), value);
}
BASALT_INLINE V as_doubles(I value) {
  return hn::BitCast(Doubles(), value);
}
BASALT_INLINE I as_words(V value) {
  return hn::BitCast(Words(), value);
}

/// A twiddle w: cosine and tangent or sine, as the tables have it.
struct Twiddle {
  V cosine, other;
};
BASALT_INLINE Twiddle twiddle(const double* table, std::size_t i) {
  return {every(table[2 * i]), every(table[2 * i + 1])};
}

/// Twiddles that all lanes share, or each lane's own.
struct SharedTwiddles {
  const double* table;
  BASALT_INLINE Twiddle get(const SharedTwiddles& t, std::size_t i) { return twiddle(t.table, i); }
};
struct LaneTwiddles {
  const double* table;
  BASALT_INLINE Twiddle get(const LaneTwiddles& t, std::size_t i) {
    return {load(t.table + 2 * i * lanes), load(t.table + (2 * i + 1) * lanes)};
  }
};

/// One complex number per lane.
struct Complex {
  V re, im;
};
BASALT_INLINE Complex load_point(const double* from) {
  return {load(from), load(from + lanes)};
}
BASALT_INLINE void store_point(const Complex& value, double* to) {
  store(value.re, to);
  store(value.im, to + lanes);
}

/// a, b = a + u b, a - u b with u = w, i w or -i w.
enum class Turn { none, left, right };

template <bool tangents, Turn turn>
BASALT_INLINE void butterfly(Complex& a, Complex& b, const Twiddle& w) {
  if constexpr (tangents) {
    const V x = hn::NegMulAdd(w.other, b.im, b.re), y = hn::MulAdd(w.other, b.re, b.im);
    const V c = w.cosine;
    if constexpr (turn == Turn::none) {
      b = {hn::NegMulAdd(c, x, a.re), hn::NegMulAdd(c, y, a.im)};
      a = {hn::MulAdd(c, x, a.re), hn::MulAdd(c, y, a.im)};
    } else if constexpr (turn == Turn::left) {
      b = {hn::MulAdd(c, y, a.re), hn::NegMulAdd(c, x, a.im)};
      a = {hn::NegMulAdd(c, y, a.re), hn::MulAdd(c, x, a.im)};
    } else {
      b = {hn::NegMulAdd(c, y, a.re), hn::MulAdd(c, x, a.im)};
      a = {hn::MulAdd(c, y, a.re), hn::NegMulAdd(c, x, a.im)};
    }
  } else {
    const V x = hn::NegMulAdd(w.other, b.im, hn::Mul(w.cosine, b.re));
    const V y = hn::MulAdd(w.other, b.re, hn::Mul(w.cosine, b.im));
    if constexpr (turn == Turn::none) {
      b = {hn::Sub(a.re, x), hn::Sub(a.im, y)};
      a = {hn::Add(a.re, x), hn::Add(a.im, y)};
    } else if constexpr (turn == Turn::left) {
      b = {hn::Add(a.re, y), hn::Sub(a.im, x)};
      a = {hn::Sub(a.re, y), hn::Add(a.im, x)};
    } else {
      b = {hn::Sub(a.re, y), hn::Add(a.im, x)};
      a = {hn::Add(a.re, y), hn::Sub(a.im, x)};
    }
  }
}

/// The same with w = 1.
template <Turn turn>
BASALT_INLINE void plain_butterfly(Complex& a, Complex& b) {
  const Complex t = b;
  if constexpr (turn == Turn::none) {
    b = {hn::Sub(a.re, t.re), hn::Sub(a.im, t.im)};
    a = {hn::Add(a.re, t.re), hn::Add(a.im, t.im)};
  } else {
    b = {hn::Sub(a.re, t.im), hn::Add(a.im, t.re)};
    a = {hn::Add(a.re, t.im), hn::Sub(a.im, t.re)};
  }
}

/// `count` levels of splitting on 2^count points; siblings share a twiddle up to a factor i.
template <bool tangents, std::size_t count>
BASALT_INLINE void split(Complex* z, const double* table) {
  constexpr std::size_t n = std::size_t{1} << count;
  if constexpr (count >= 1) {
    const Twiddle w = twiddle(table, 0);
    BASALT_UNROLL
    for (std::size_t i = 0; i < n / 2; ++i) butterfly<tangents, Turn::none>(z[i], z[i + n / 2], w);
  }
  if constexpr (count >= 2) {
    const Twiddle w = twiddle(table, 1);
    BASALT_UNROLL
    for (std::size_t i = 0; i < n / 4; ++i) butterfly<tangents, Turn::none>(z[i], z[i + n / 4], w);
    BASALT_UNROLL
    for (std::size_t i = n / 2; i < 3 * n / 4; ++i)
      butterfly<tangents, Turn::left>(z[i], z[i + n / 4], w);
  }
  if constexpr (count >= 3) {
    const Twiddle w = twiddle(table, 2);
    butterfly<tangents, Turn::none>(z[0], z[1], w);
    butterfly<tangents, Turn::left>(z[2], z[3], w);
    const Twiddle u = twiddle(table, 3);
    butterfly<tangents, Turn::none>(z[4], z[5], u);
    butterfly<tangents, Turn::left>(z[6], z[7], u);
  }
}

/// `count` levels of the inverse, decimated in time, on points of 2^count neighbouring blocks.
template <bool tangents, std::size_t count>
BASALT_INLINE void merge(Complex* z, const double* table) {
  constexpr std::size_t n = std::size_t{1} << count;
  if constexpr (count >= 1) {
    const Twiddle w = twiddle(table, 0);
    BASALT_UNROLL
    for (std::size_t i = 0; i < n; i += 2) butterfly<tangents, Turn::none>(z[i], z[i + 1], w);
  }
  if constexpr (count >= 2) {
    const Twiddle w = twiddle(table, 1);
    BASALT_UNROLL
    for (std::size_t i = 0; i < n; i += 4) {
      butterfly<tangents, Turn::none>(z[i], z[i + 2], w);
      butterfly<tangents, Turn::right>(z[i + 1], z[i + 3], w);
    }
  }
  if constexpr (count >= 3) {
    const Twiddle w = twiddle(table, 2);
    butterfly<tangents, Turn::none>(z[0], z[4], w);
    butterfly<tangents, Turn::right>(z[2], z[6], w);
    const Twiddle u = twiddle(table, 3);
    butterfly<tangents, Turn::none>(z[1], z[5], u);
    butterfly<tangents, Turn::right>(z[3], z[7], u);
  }
}

/// Rows to columns: `lanes` vectors of `lanes` words.
BASALT_INLINE void transpose(I* r) {
#if HWY_TARGET <= HWY_AVX3
  __m512d t[8], u[8];
  BASALT_UNROLL
  for (std::size_t i = 0; i < 8; i += 2) {
    const __m512d a = as_doubles(r[i]).raw, b = as_doubles(r[i + 1]).raw;
    t[i] = _mm512_unpacklo_pd(a, b);
    t[i + 1] = _mm512_unpackhi_pd(a, b);
  }
  BASALT_UNROLL
  for (std::size_t i = 0; i < 8; i += 4) {
    u[i] = _mm512_shuffle_f64x2(t[i], t[i + 2], 0x88);
    u[i + 1] = _mm512_shuffle_f64x2(t[i + 1], t[i + 3], 0x88);
    u[i + 2] = _mm512_shuffle_f64x2(t[i], t[i + 2], 0xdd);
    u[i + 3] = _mm512_shuffle_f64x2(t[i + 1], t[i + 3], 0xdd);
  }
  BASALT_UNROLL
  for (std::size_t i = 0; i < 4; ++i) {
    r[i] = as_words(V{_mm512_shuffle_f64x2(u[i], u[i + 4], 0x88)});
    r[i + 4] = as_words(V{_mm512_shuffle_f64x2(u[i], u[i + 4], 0xdd)});
  }
#else
  const I a = hn::InterleaveLower(Words(), r[0], r[1]),
          b = hn::InterleaveUpper(Words(), r[0], r[1]);
  const I c = hn::InterleaveLower(Words(), r[2], r[3]),
          d = hn::InterleaveUpper(Words(), r[2], r[3]);
  r[0] = hn::ConcatLowerLower(Words(), c, a);
  r[1] = hn::ConcatLowerLower(Words(), d, b);
  r[2] = hn::ConcatUpperUpper(Words(), c, a);
  r[3] = hn::ConcatUpperUpper(Words(), d, b);
#endif
}

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
