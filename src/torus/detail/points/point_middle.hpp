// The middle of a step with neighbouring points in the lanes: from digits after the outer levels,
// through the transform, the product with the key and back. Compiled once per instruction set.
#pragma once

#include "torus/detail/points/point_passes.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

/// Fetches a leaf's part of the key.
template <std::size_t components, int level>
BASALT_INLINE void prefetch_key(const double* at) {
  for (std::size_t i = 0; i < components * leaf_doubles; i += 8)
    __builtin_prefetch(at + i, 0, level);
}

/// sums[o] (+)= values * key[o], on one leaf; the sums of two components lie `apart` numbers from
/// each other.
template <bool first, std::size_t components>
BASALT_INLINE void add_leaf_products(const Complex* values, const double* key, double* sums,
                                     std::size_t apart) {
  BASALT_UNROLL
  for (std::size_t e = 0; e < lanes; ++e) {
    BASALT_UNROLL
    for (std::size_t o = 0; o < components; ++o) {
      const Complex factor = load_point(key + (e * components + o) * point);
      double* const at = sums + o * apart + e * point;
      Complex sum;
      if constexpr (!first) sum = load_point(at);
      multiply_add<first>(values[e], factor.re, factor.im, sum);
      store_point(sum, at);
    }
  }
}

/// The middle of one step, tile by tile. A tile is done row by row: the rest of the row's
/// transform, then its products with the key, added to sums that stay in the first level cache,
/// where the digits of a row come once. Blocks larger than a tile are split before, all rows, and
/// joined after.
///
/// The ciphertexts, one or two, take turns leaf by leaf, so that the key, which passes through the
/// caches once per step, is read by both while it is near.
template <std::size_t ciphertexts>
struct PointMiddle {
  const PointLayout& layout;
  double* sums;       ///< Of one tile: by ciphertext, component.
  const double* key;  ///< Of the whole step.

  std::size_t sums_of_one() const { return layout.components * layout.sum_doubles; }

  /// The passes of one row's tile.
  void split_tile(double* at, std::size_t tile) const {
    std::size_t block = layout.tile, nodes = 1;
    for (int pass = layout.tile_pass; pass < layout.pass_count; ++pass) {
      const int count = layout.pass_levels[pass];
      pass_over_blocks_of<true>(count, at, at, block, nodes, twiddles(pass, tile * nodes));
      block >>= count;
      nodes <<= count;
    }
  }

  /// Undoes split_tile() on sums; the last pass puts them where digits were.
  void join_tile(double* own, double* to, std::size_t tile) const {
    std::size_t block = leaf_block(), nodes = layout.tile / block;
    for (int pass = layout.pass_count - 1; pass >= layout.tile_pass; --pass) {
      const int count = layout.pass_levels[pass];
      block <<= count;
      nodes >>= count;
      pass_over_blocks_of<false>(count, own, pass == layout.tile_pass ? to : own, block, nodes,
                                 twiddles(pass, tile * nodes));
    }
  }

  /// Points of a node below all passes.
  std::size_t leaf_block() const { return lanes << layout.leaf_levels; }

  const double* twiddles(int pass, std::size_t node) const {
    const auto count = static_cast<std::size_t>(layout.pass_levels[pass]);
    return layout.pass[pass] + node * 2 * twiddles_of(count);
  }

  template <bool first, std::size_t count, std::size_t components>
  void multiply_row(const double* row, std::size_t leaf, const double* row_key) const {
    constexpr std::size_t key_step = components * leaf_doubles;
    constexpr std::size_t near = 2 * key_step, far = 24576;  // 192 KiB, into the next step's key
    const std::size_t leaves = layout.tile / leaf_points;
    for (std::size_t i = 0; i < leaves; ++i, row_key += key_step) {
      BASALT_UNROLL
      for (std::size_t c = 0; c < ciphertexts; ++c) {
        if (c == 0) prefetch_key<components, 3>(row_key + near);
        if (c + 1 == ciphertexts) prefetch_key<components, 2>(row_key + far);
        Complex values[lanes];
        split_leaf<count>(layout, leaf + i, row + c * layout.ciphertext_doubles + i * leaf_doubles,
                          values);
        add_leaf_products<first, components>(
            values, row_key, sums + c * sums_of_one() + i * leaf_doubles, layout.sum_doubles);
      }
    }
  }

  /// The first levels back of the sums at `own`: leaves, then passes. Ends at `to`.
  template <std::size_t count>
  void join_sums(double* own, double* to, std::size_t tile) const {
    const std::size_t leaves = layout.tile / leaf_points;
    double* const joined = layout.tile_pass == layout.pass_count ? to : own;
    for (std::size_t i = 0; i < leaves; ++i) {
      Complex values[lanes];
      BASALT_UNROLL
      for (std::size_t e = 0; e < lanes; ++e) {
        values[e] = load_point(own + i * leaf_doubles + e * point);
      }
      join_leaf<count>(layout, tile * leaves + i, values, joined + i * leaf_doubles);
    }
    join_tile(own, to, tile);
  }

  /// Tile number `tile`, at `at` of row 0 of the first ciphertext.
  template <std::size_t count, std::size_t components>
  void multiply_tile(double* at, std::size_t tile) const {
    // Digits of a row are read once, the sums of all components as often as there are rows: so sums
    // stay (first level cache), rows pass by, and the key passes with them, once per step.
    const std::size_t row_key = components * 2 * layout.tile;
    const std::size_t first_leaf = tile * (layout.tile / leaf_points);
    const double* from = key + tile * layout.rows * row_key;
    for (std::size_t row = 0; row < layout.rows; ++row, from += row_key) {
      double* const digits = at + row * layout.polynomial_doubles;
      for (std::size_t c = 0; c < ciphertexts; ++c) {
        split_tile(digits + c * layout.ciphertext_doubles, tile);
      }
      row == 0 ? multiply_row<true, count, components>(digits, first_leaf, from)
               : multiply_row<false, count, components>(digits, first_leaf, from);
    }
    for (std::size_t c = 0; c < ciphertexts; ++c) {
      for (std::size_t o = 0; o < components; ++o) {
        join_sums<count>(sums + c * sums_of_one() + o * layout.sum_doubles,
                         at + c * layout.ciphertext_doubles + o * layout.polynomial_doubles, tile);
      }
    }
  }

  template <std::size_t count>
  void multiply(double* at, std::size_t tile) const {
    switch (layout.components) {
      case 2:
        return multiply_tile<count, 2>(at, tile);
      case 3:
        return multiply_tile<count, 3>(at, tile);
      case 4:
        return multiply_tile<count, 4>(at, tile);
      case 5:
        return multiply_tile<count, 5>(at, tile);
      case 6:
        return multiply_tile<count, 6>(at, tile);
      default:
        return multiply_tile<count, 7>(at, tile);
    }
  }

  /// Passes `pass` and following on node `node`, of `block` points, at `at` of row 0 of the first
  /// ciphertext.
  void run(int pass, double* at, std::size_t block, std::size_t node) const {
    if (pass == layout.tile_pass) {
      switch (layout.leaf_levels) {
        case 1:
          return multiply<1>(at, node);
        case 2:
          return multiply<2>(at, node);
        default:
          return multiply<3>(at, node);
      }
    }
    const int count = layout.pass_levels[pass];
    const std::size_t parts = std::size_t{1} << count, part = block >> count;
    pass_over_all<true>(pass, at, block, node, layout.rows);
    for (std::size_t i = 0; i < parts; ++i)
      run(pass + 1, at + i * part * 2, part, node * parts + i);
    pass_over_all<false>(pass, at, block, node, layout.components);
  }

  /// One pass over a block of the first `polynomials` of all ciphertexts.
  template <bool forward>
  void pass_over_all(int pass, double* at, std::size_t block, std::size_t node,
                     std::size_t polynomials) const {
    for (std::size_t c = 0; c < ciphertexts; ++c) {
      for (std::size_t i = 0; i < polynomials; ++i) {
        double* const own = at + c * layout.ciphertext_doubles + i * layout.polynomial_doubles;
        pass_over_blocks_of<forward>(layout.pass_levels[pass], own, own, block, 1,
                                     twiddles(pass, node));
      }
    }
  }
};

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
