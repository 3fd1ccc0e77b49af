// Leaves of transforms with neighbouring points in the lanes. Compiled once per instruction set.
#pragma once

#include "torus/detail/points/point_layout.hpp"
#include "torus/detail/transform.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

using detail::PointLayout;

constexpr std::size_t vector_levels = lanes == 8 ? 3 : 2;
constexpr std::size_t leaf_points = lanes * lanes;
constexpr std::size_t leaf_doubles = 2 * leaf_points;

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
