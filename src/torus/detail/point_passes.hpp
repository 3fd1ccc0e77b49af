// Transforms of single ciphertexts with neighbouring points in the lanes: levels of the tree both
// ways, and passes of them over blocks. Compiled once per instruction set.
#pragma once

#include "torus/detail/point_layout.hpp"
#include "torus/detail/simd_vector.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

using detail::PointLayout;

constexpr std::size_t vector_levels = lanes == 8 ? 3 : 2;
constexpr std::size_t leaf_points = lanes * lanes;
constexpr std::size_t leaf_doubles = 2 * leaf_points;

constexpr std::size_t twiddles_of(std::size_t levels) {
  return levels == 3 ? 4 : levels;
}

/// (a + u b, a - u b) to (2 a, 2 b) with u = w or i w.
template <Turn turn>
BASALT_INLINE void unbutterfly(Complex& a, Complex& b, const Twiddle& w) {
  const V re = hn::Sub(a.re, b.re), im = hn::Sub(a.im, b.im);
  a = {hn::Add(a.re, b.re), hn::Add(a.im, b.im)};
  if constexpr (turn == Turn::none) {
    b = {hn::MulAdd(im, w.other, hn::Mul(re, w.cosine)),
         hn::NegMulAdd(re, w.other, hn::Mul(im, w.cosine))};
  } else {
    b = {hn::NegMulAdd(re, w.other, hn::Mul(im, w.cosine)),
         hn::NegMulSub(re, w.cosine, hn::Mul(im, w.other))};
  }
}

/// `count` levels of splitting on 2^count points; siblings share a twiddle up to a factor i.
template <std::size_t count, class Twiddles>
BASALT_INLINE void split_points(Complex* z, const Twiddles& t) {
  constexpr std::size_t n = std::size_t{1} << count;
  if constexpr (count >= 1) {
    const Twiddle w = Twiddles::get(t, 0);
    BASALT_UNROLL
    for (std::size_t i = 0; i < n / 2; ++i) butterfly<false, Turn::none>(z[i], z[i + n / 2], w);
  }
  if constexpr (count >= 2) {
    const Twiddle w = Twiddles::get(t, 1);
    BASALT_UNROLL
    for (std::size_t i = 0; i < n / 4; ++i) {
      butterfly<false, Turn::none>(z[i], z[i + n / 4], w);
      butterfly<false, Turn::left>(z[i + n / 2], z[i + 3 * n / 4], w);
    }
  }
  if constexpr (count >= 3) {
    BASALT_UNROLL
    for (std::size_t i = 0; i < 2; ++i) {
      const Twiddle w = Twiddles::get(t, 2 + i);
      butterfly<false, Turn::none>(z[4 * i], z[4 * i + 1], w);
      butterfly<false, Turn::left>(z[4 * i + 2], z[4 * i + 3], w);
    }
  }
}

/// The inverse of split_points, times 2^count.
template <std::size_t count, class Twiddles>
BASALT_INLINE void join_points(Complex* z, const Twiddles& t) {
  constexpr std::size_t n = std::size_t{1} << count;
  if constexpr (count >= 3) {
    BASALT_UNROLL
    for (std::size_t i = 0; i < 2; ++i) {
      const Twiddle w = Twiddles::get(t, 2 + i);
      unbutterfly<Turn::none>(z[4 * i], z[4 * i + 1], w);
      unbutterfly<Turn::left>(z[4 * i + 2], z[4 * i + 3], w);
    }
  }
  if constexpr (count >= 2) {
    const Twiddle w = Twiddles::get(t, 1);
    BASALT_UNROLL
    for (std::size_t i = 0; i < n / 4; ++i) {
      unbutterfly<Turn::none>(z[i], z[i + n / 4], w);
      unbutterfly<Turn::left>(z[i + n / 2], z[i + 3 * n / 4], w);
    }
  }
  if constexpr (count >= 1) {
    const Twiddle w = Twiddles::get(t, 0);
    BASALT_UNROLL
    for (std::size_t i = 0; i < n / 2; ++i) unbutterfly<Turn::none>(z[i], z[i + n / 2], w);
  }
}

/// Splits `nodes` neighbouring blocks of `block` points by 2^count each, or joins them again.
template <bool forward, std::size_t count>
void pass_over_blocks(double* z, std::size_t block, std::size_t nodes, const double* table) {
  constexpr std::size_t n = std::size_t{1} << count;
  const std::size_t stride = block / n * 2;
  for (std::size_t b = 0; b < nodes; ++b, z += block * 2, table += 2 * twiddles_of(count)) {
    for (std::size_t j = 0; j < stride; j += point) {
      Complex values[n];
      BASALT_UNROLL
      for (std::size_t s = 0; s < n; ++s) values[s] = load_point(z + s * stride + j);
      if constexpr (forward) {
        split_points<count>(values, SharedTwiddles{table});
      } else {
        join_points<count>(values, SharedTwiddles{table});
      }
      BASALT_UNROLL
      for (std::size_t s = 0; s < n; ++s) store_point(values[s], z + s * stride + j);
    }
  }
}

template <bool forward>
void pass_over_blocks_of(int count, double* z, std::size_t block, std::size_t nodes,
                         const double* table) {
  switch (count) {
    case 1:
      return pass_over_blocks<forward, 1>(z, block, nodes, table);
    case 2:
      return pass_over_blocks<forward, 2>(z, block, nodes, table);
    default:
      return pass_over_blocks<forward, 3>(z, block, nodes, table);
  }
}

BASALT_INLINE void transpose_points(Complex* z) {
  I re[lanes], im[lanes];
  BASALT_UNROLL
  for (std::size_t i = 0; i < lanes; ++i) {
    re[i] = as_words(z[i].re);
    im[i] = as_words(z[i].im);
  }
  transpose(re);
  transpose(im);
  BASALT_UNROLL
  for (std::size_t i = 0; i < lanes; ++i) z[i] = {as_doubles(re[i]), as_doubles(im[i])};
}

/// All levels of a leaf: `count` between its vectors, then those within vectors.
template <std::size_t count>
BASALT_INLINE void split_leaf(const PointLayout& layout, std::size_t leaf, const double* from,
                              Complex* z) {
  constexpr std::size_t n = std::size_t{1} << count, sets = lanes / n,
                        step = 2 * twiddles_of(count);
  BASALT_UNROLL
  for (std::size_t i = 0; i < lanes; ++i) z[i] = load_point(from + i * point);
  BASALT_UNROLL
  for (std::size_t set = 0; set < sets; ++set) {
    split_points<count>(z + set * n, SharedTwiddles{layout.leaf + (leaf * sets + set) * step});
  }
  transpose_points(z);
  constexpr std::size_t vectors = 2 * twiddles_of(vector_levels) * lanes;
  split_points<vector_levels>(z, LaneTwiddles{layout.vectors + leaf * vectors});
}

/// The inverse of split_leaf, times the number of its levels as a power of two.
template <std::size_t count>
BASALT_INLINE void join_leaf(const PointLayout& layout, std::size_t leaf, Complex* z, double* to) {
  constexpr std::size_t n = std::size_t{1} << count, sets = lanes / n,
                        step = 2 * twiddles_of(count);
  constexpr std::size_t vectors = 2 * twiddles_of(vector_levels) * lanes;
  join_points<vector_levels>(z, LaneTwiddles{layout.vectors + leaf * vectors});
  transpose_points(z);
  BASALT_UNROLL
  for (std::size_t set = 0; set < sets; ++set) {
    join_points<count>(z + set * n, SharedTwiddles{layout.leaf + (leaf * sets + set) * step});
  }
  BASALT_UNROLL
  for (std::size_t i = 0; i < lanes; ++i) store_point(z[i], to + i * point);
}

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
