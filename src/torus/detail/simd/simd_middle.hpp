// The middle of a step: from digits after the first pass, through the transform, the product with
// the key and back, to numbers before the last pass. Compiled once per instruction set.
#pragma once

#include <type_traits>

#include "torus/detail/simd/simd_layout.hpp"
#include "torus/detail/simd/simd_pairs.hpp"
#include "torus/detail/simd/simd_sides.hpp"
#include "torus/detail/transform.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

using detail::SimdLayout;

/// sums[e][o] += values[e] * key[e][o] (complex), or = if `first`.
template <class Side, bool first, std::size_t n, std::size_t components>
BASALT_INLINE void multiply(const Complex* values, const double* key, Complex (*sums)[components]) {
  BASALT_UNROLL
  for (std::size_t e = 0; e < n; ++e) {
    BASALT_UNROLL
    for (std::size_t o = 0; o < components; ++o) {
      const V re = Side::key_word(key, 2 * (e * components + o));
      const V im = Side::key_word(key, 2 * (e * components + o) + 1);
      multiply_add<first>(values[e], re, im, sums[e][o]);
    }
  }
}

template <bool first>
struct First {
  static constexpr bool yes = first;
};

/// The last levels of splitting, the product and the first levels of merging, in registers, for
/// `leaves` neighbouring leaves, whose key begins at `key`: polynomials 0 to rows - 1 in, 0 to
/// components - 1 out.
template <class Side, std::size_t count, std::size_t components>
void multiply_leaves(const SimdLayout& layout, double* z, std::size_t first_leaf,
                     std::size_t leaves, const double* key) {
  constexpr std::size_t n = std::size_t{1} << count;
  using Twiddles = typename Side::Twiddles;
  constexpr std::size_t step = 2 * twiddles_of(count) * Twiddles::spread;
  constexpr std::size_t key_step = 2 * n * components * Twiddles::spread;
  const std::size_t rows = layout.rows, polynomial = layout.polynomial_doubles;
  const double* table = layout.leaf + first_leaf * step;
  for (std::size_t leaf = 0; leaf < leaves; ++leaf, z += n * point, table += step) {
    Complex sums[n][components];
    const auto add_row = [&](auto is_first, std::size_t row) __attribute__((always_inline)) {
      Complex values[n];
      const double* const from = z + row * polynomial;
      BASALT_UNROLL
      for (std::size_t s = 0; s < n; ++s) values[s] = load_point(from + s * point);
      split_points<count>(values, Twiddles{table});
      multiply<Side, decltype(is_first)::yes, n, components>(values, key, sums);
      key += key_step;
    };
    add_row(First<true>(), 0);
    for (std::size_t row = 1; row < rows; ++row) add_row(First<false>(), row);
    join_leaf<Twiddles, count, components>(sums, table, z, polynomial);
  }
}

template <class Side, bool pairs, std::size_t count, std::size_t components>
void multiply_leaves_of(const SimdLayout& layout, const PairMonomials* monomials, double* z,
                        std::size_t first, std::size_t leaves, const double* key) {
  if constexpr (pairs) {
    layout.levels == 1
        ? multiply_pairs<Side, count, components, true>(layout, *monomials, z, first, leaves, key)
        : multiply_pairs<Side, count, components, false>(layout, *monomials, z, first, leaves, key);
  } else {
    multiply_leaves<Side, count, components>(layout, z, first, leaves, key);
  }
}

/// Key of a step; for blocks in the lanes also room for a part of it in another order.
struct KeyWords {
  const double* key;
  double* tile;
};

/// Leaves [first, first + leaves), of which the first begins at `z`.
template <class Side, bool pairs, std::size_t count, std::size_t components>
void multiply_points(const SimdLayout& layout, const PairMonomials* monomials, double* z,
                     std::size_t first, std::size_t leaves, const KeyWords& words) {
  constexpr std::size_t n = std::size_t{1} << count;
  const std::size_t leaf_words = 2 * n * (pairs ? 3 : 1) * layout.rows * components;
  const double* const key = words.key + first * leaf_words;
  if constexpr (std::is_same_v<Side, CiphertextLanes>) {
    multiply_leaves_of<Side, pairs, count, components>(layout, monomials, z, first, leaves, key);
  } else {
    const std::size_t apart = layout.block / n * leaf_words;
    for (std::size_t i = 0; i < leaves; i += tile_leaves) {
      collect_key(key + i * leaf_words, apart, tile_leaves * leaf_words, words.tile);
      multiply_leaves_of<Side, pairs, count, components>(layout, monomials, z + i * n * point,
                                                         first + i, tile_leaves, words.tile);
    }
  }
}

/// Picks the loop for the number of components.
template <class Side, bool pairs, std::size_t count, class... Rest>
void multiply_points_of(const SimdLayout& layout, Rest... rest) {
  switch (layout.components) {
    case 2:
      return multiply_points<Side, pairs, count, 2>(layout, rest...);
    case 3:
      return multiply_points<Side, pairs, count, 3>(layout, rest...);
    case 4:
      return multiply_points<Side, pairs, count, 4>(layout, rest...);
    case 5:
      return multiply_points<Side, pairs, count, 5>(layout, rest...);
    case 6:
      return multiply_points<Side, pairs, count, 6>(layout, rest...);
    default:
      return multiply_points<Side, pairs, count, 7>(layout, rest...);
  }
}

/// The passes of one step between the outer ones.
template <class Side>
struct Middle {
  const SimdLayout& layout;
  KeyWords key;
  const PairMonomials* monomials;  ///< Of groups of two bits, else null.

  void multiply_pass(double* z, std::size_t first_point, std::size_t points) const {
    monomials == nullptr ? multiply<false>(z, first_point, points)
                         : multiply<true>(z, first_point, points);
  }

  template <bool pairs>
  void multiply(double* z, std::size_t first_point, std::size_t points) const {
    const int count = layout.leaf_levels;
    const std::size_t first = first_point >> count, leaves = points >> count;
    switch (count) {
      case 0:
        return multiply_points_of<Side, pairs, 0>(layout, monomials, z, first, leaves, key);
      case 1:
        return multiply_points_of<Side, pairs, 1>(layout, monomials, z, first, leaves, key);
      default:
        return multiply_points<Side, pairs, 2, 2>(layout, monomials, z, first, leaves, key);
    }
  }

  /// Passes `pass` and following on `nodes` neighbouring nodes of `block` points, at `z` of
  /// polynomial 0. Depth first while a block is too large for the first level cache.
  void run(int pass, double* z, std::size_t block, std::size_t node, std::size_t nodes) const {
    if (pass == layout.pass_count) return multiply_pass(z, node * block, nodes * block);
    if (nodes > 1 && nodes * block > layout.unit) {
      for (std::size_t b = 0; b < nodes; ++b) run(pass, z + b * block * point, block, node + b, 1);
      return;
    }
    const int count = layout.pass_levels[pass];
    using Twiddles = typename Side::Twiddles;
    const double* const table =
        layout.pass[pass] +
        node * 2 * twiddles_of(static_cast<std::size_t>(count)) * Twiddles::spread;
    for (std::size_t row = 0; row < layout.rows; ++row) {
      double* const at = z + row * layout.polynomial_doubles;
      pass_over_blocks_of<true, Twiddles>(count, at, at, block * lanes, nodes, table);
    }
    run(pass + 1, z, block >> count, node << count, nodes << count);
    for (std::size_t o = 0; o < layout.components; ++o) {
      double* const at = z + o * layout.polynomial_doubles;
      pass_over_blocks_of<false, Twiddles>(count, at, at, block * lanes, nodes, table);
    }
  }
};

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
