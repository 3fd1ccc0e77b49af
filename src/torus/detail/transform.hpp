// Levels of the tree that splits X^M - i, both ways: butterflies on points in registers, and passes
// of them over blocks. Compiled once per instruction set.
#pragma once

#include "torus/detail/simd/simd_vector.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

/// A twiddle w: cosine and sine, as the tables have it.
struct Twiddle {
  V cosine, sine;
};

/// Twiddles that all lanes share, or each lane's own.
struct SharedTwiddles {
  static constexpr std::size_t spread = 1;  ///< Numbers per cosine or sine.
  const double* table;
  BASALT_INLINE Twiddle get(const SharedTwiddles& t, std::size_t i) {
    return {every(t.table[2 * i]), every(t.table[2 * i + 1])};
  }
};
struct LaneTwiddles {
  static constexpr std::size_t spread = lanes;
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

/// sum += value * (re + i im), or = if `first`.
template <bool first>
BASALT_INLINE void multiply_add(const Complex& value, V re, V im, Complex& sum) {
  if constexpr (first) {
    sum = {hn::Mul(value.re, re), hn::Mul(value.re, im)};
  } else {
    sum = {hn::MulAdd(value.re, re, sum.re), hn::MulAdd(value.re, im, sum.im)};
  }
  sum.re = hn::NegMulAdd(value.im, im, sum.re);
  sum.im = hn::MulAdd(value.im, re, sum.im);
}

/// a, b = a + u b, a - u b with u = 1 or i.
enum class Turn { none, left };

template <Turn turn>
BASALT_INLINE void plain_butterfly(Complex& a, Complex& b) {
  const Complex t = b;
  if constexpr (turn == Turn::none) {
    b = {hn::Sub(a.re, t.re), hn::Sub(a.im, t.im)};
    a = {hn::Add(a.re, t.re), hn::Add(a.im, t.im)};
  } else {
    b = {hn::Add(a.re, t.im), hn::Sub(a.im, t.re)};
    a = {hn::Sub(a.re, t.im), hn::Add(a.im, t.re)};
  }
}

constexpr std::size_t twiddles_of(std::size_t levels) {
  return (std::size_t{1} << levels) - 1;
}

/// (a, b) to (a + b, a - b), or to (a + b, (a - b) / i): undoes it, times 2.
template <Turn turn>
BASALT_INLINE void plain_unbutterfly(Complex& a, Complex& b) {
  const Complex t = b;
  if constexpr (turn == Turn::none) {
    b = {hn::Sub(a.re, t.re), hn::Sub(a.im, t.im)};
  } else {
    b = {hn::Sub(a.im, t.im), hn::Sub(t.re, a.re)};
  }
  a = {hn::Add(a.re, t.re), hn::Add(a.im, t.im)};
}

/// a, b = a + s x, a - s x.
BASALT_INLINE void scaled_butterfly(Complex& a, Complex& b, V s, V re, V im) {
  b = {hn::NegMulAdd(s, re, a.re), hn::NegMulAdd(s, im, a.im)};
  a = {hn::MulAdd(s, re, a.re), hn::MulAdd(s, im, a.im)};
}

BASALT_INLINE Complex times(const Twiddle& w, const Complex& z) {
  return {hn::NegMulAdd(w.sine, z.im, hn::Mul(w.cosine, z.re)),
          hn::MulAdd(w.sine, z.re, hn::Mul(w.cosine, z.im))};
}

BASALT_INLINE Complex divided(const Complex& z, const Twiddle& w) {
  return {hn::MulAdd(w.sine, z.im, hn::Mul(w.cosine, z.re)),
          hn::NegMulAdd(w.sine, z.re, hn::Mul(w.cosine, z.im))};
}

constexpr double root_of_half = 0.70710678118654752440;

/// `count` levels of splitting on 2^count points: with point j times the j-th power of one number
/// w, all further twiddles are eighth roots of unity.
template <std::size_t count, class Twiddles>
BASALT_INLINE void split_points(Complex* z, const Twiddles& t) {
  constexpr std::size_t n = std::size_t{1} << count;
  if constexpr (count >= 1) {
    BASALT_UNROLL
    for (std::size_t i = 0; i < n / 2; ++i) {
      if (i > 0) z[i] = times(Twiddles::get(t, i - 1), z[i]);
      z[i + n / 2] = times(Twiddles::get(t, i + n / 2 - 1), z[i + n / 2]);
      plain_butterfly<Turn::none>(z[i], z[i + n / 2]);
    }
  }
  if constexpr (count >= 2) {
    BASALT_UNROLL
    for (std::size_t i = 0; i < n / 4; ++i) {
      plain_butterfly<Turn::none>(z[i], z[i + n / 4]);
      plain_butterfly<Turn::left>(z[i + n / 2], z[i + 3 * n / 4]);
    }
  }
  if constexpr (count >= 3) {
    const V s = every(root_of_half);
    plain_butterfly<Turn::none>(z[0], z[1]);
    plain_butterfly<Turn::left>(z[2], z[3]);
    scaled_butterfly(z[4], z[5], s, hn::Sub(z[5].re, z[5].im), hn::Add(z[5].re, z[5].im));
    const V sum = hn::Add(z[7].re, z[7].im), difference = hn::Sub(z[7].re, z[7].im);
    z[7] = {hn::MulAdd(s, sum, z[6].re), hn::NegMulAdd(s, difference, z[6].im)};
    z[6] = {hn::NegMulAdd(s, sum, z[6].re), hn::MulAdd(s, difference, z[6].im)};
  }
}

/// The inverse of split_points, times 2^count.
template <std::size_t count, class Twiddles>
BASALT_INLINE void join_points(Complex* z, const Twiddles& t) {
  constexpr std::size_t n = std::size_t{1} << count;
  if constexpr (count >= 3) {
    plain_unbutterfly<Turn::none>(z[0], z[1]);
    plain_unbutterfly<Turn::left>(z[2], z[3]);
    plain_unbutterfly<Turn::none>(z[4], z[5]);
    plain_unbutterfly<Turn::left>(z[6], z[7]);
    // Both times the root of 2 over an eighth root of unity.
    z[5] = {hn::Add(z[5].re, z[5].im), hn::Sub(z[5].im, z[5].re)};
    z[7] = {hn::Add(z[7].re, z[7].im), hn::Sub(z[7].im, z[7].re)};
  }
  if constexpr (count >= 2) {
    BASALT_UNROLL
    for (std::size_t i = 0; i < n / 4; ++i) {
      plain_unbutterfly<Turn::none>(z[i], z[i + n / 4]);
      plain_unbutterfly<Turn::left>(z[i + n / 2], z[i + 3 * n / 4]);
    }
  }
  if constexpr (count >= 1) {
    BASALT_UNROLL
    for (std::size_t i = 0; i < n / 2; ++i) {
      Complex& b = z[i + n / 2];
      if (count == 3 && i % 2 == 1) {
        scaled_butterfly(z[i], b, every(root_of_half), b.re, b.im);
      } else {
        plain_unbutterfly<Turn::none>(z[i], b);
      }
      if (i > 0) z[i] = divided(z[i], Twiddles::get(t, i - 1));
      b = divided(b, Twiddles::get(t, i + n / 2 - 1));
    }
  }
}

/// Splits `nodes` neighbouring blocks of `block` points by 2^count each, or joins them again; from
/// `z` to `to`, which may be the same.
template <bool forward, std::size_t count, class Twiddles>
void pass_over_blocks(const double* z, double* to, std::size_t block, std::size_t nodes,
                      const double* table) {
  constexpr std::size_t n = std::size_t{1} << count;
  constexpr std::size_t table_step = 2 * twiddles_of(count) * Twiddles::spread;
  const std::size_t stride = block / n * 2;
  for (std::size_t b = 0; b < nodes; ++b, z += block * 2, to += block * 2, table += table_step) {
    for (std::size_t j = 0; j < stride; j += point) {
      Complex values[n];
      BASALT_UNROLL
      for (std::size_t s = 0; s < n; ++s) values[s] = load_point(z + s * stride + j);
      if constexpr (forward) {
        split_points<count>(values, Twiddles{table});
      } else {
        join_points<count>(values, Twiddles{table});
      }
      BASALT_UNROLL
      for (std::size_t s = 0; s < n; ++s) store_point(values[s], to + s * stride + j);
    }
  }
}

template <bool forward, class Twiddles = SharedTwiddles>
void pass_over_blocks_of(int count, const double* z, double* to, std::size_t block,
                         std::size_t nodes, const double* table) {
  switch (count) {
    case 1:
      return pass_over_blocks<forward, 1, Twiddles>(z, to, block, nodes, table);
    case 2:
      return pass_over_blocks<forward, 2, Twiddles>(z, to, block, nodes, table);
    default:
      return pass_over_blocks<forward, 3, Twiddles>(z, to, block, nodes, table);
  }
}

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
