// Vectors and transposes of the vector kernels. Compiled once per instruction set;
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
