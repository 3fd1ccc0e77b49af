// The middle of a step with neighbouring points in the lanes: from digits after the first pass,
// through the transform, the product with the key and back. Compiled once per instruction set.
#pragma once

#include "torus/detail/point_passes.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

/// sums[o] (+)= value * key[o], vector by vector.
template <bool first, std::size_t components>
BASALT_INLINE void add_product(const Complex& value, const double* key, Complex* sums) {
  BASALT_UNROLL
  for (std::size_t o = 0; o < components; ++o) {
    const V re = load(key + o * point), im = load(key + o * point + lanes);
    Complex& sum = sums[o];
    if constexpr (first) {
      sum = {hn::Mul(value.re, re), hn::Mul(value.re, im)};
    } else {
      sum = {hn::MulAdd(value.re, re, sum.re), hn::MulAdd(value.re, im, sum.im)};
    }
    sum.re = hn::NegMulAdd(value.im, im, sum.re);
    sum.im = hn::MulAdd(value.im, re, sum.im);
  }
}

/// Leaves [first, first + leaves), which begin at `z` in polynomial 0: the last levels of all rows,
/// the product, and the first levels back of all components. The last row comes and the first
/// component goes without a detour through memory.
template <std::size_t count, std::size_t components, bool one_level>
void multiply_leaves(const PointLayout& layout, double* z, double* stage, std::size_t first,
                     std::size_t leaves, const double* key) {
  const std::size_t rows = one_level ? components : layout.rows;
  const std::size_t polynomial = layout.polynomial_doubles;
  const std::size_t key_step = rows * components * point;
  double* const results = stage + rows * leaf_doubles;
  key += first * leaf_doubles * rows * components;
  for (std::size_t leaf = first; leaf < first + leaves; ++leaf, z += leaf_doubles) {
    Complex values[lanes];
    for (std::size_t row = 0; row + 1 < rows; ++row) {
      split_leaf<count>(layout, leaf, z + row * polynomial, values);
      BASALT_UNROLL
      for (std::size_t e = 0; e < lanes; ++e) {
        store_point(values[e], stage + row * leaf_doubles + e * point);
      }
    }
    split_leaf<count>(layout, leaf, z + (rows - 1) * polynomial, values);
    BASALT_UNROLL
    for (std::size_t e = 0; e < lanes; ++e) {
      Complex sums[components];
      for (std::size_t i = 0; i < key_step; i += 8) {
        __builtin_prefetch(key + lanes * key_step + i, 0, 3);
      }
      add_product<true, components>(values[e], key + (rows - 1) * components * point, sums);
      BASALT_UNROLL
      for (std::size_t row = 0; row + 1 < rows; ++row) {
        add_product<false, components>(load_point(stage + row * leaf_doubles + e * point),
                                       key + row * components * point, sums);
      }
      key += key_step;
      values[e] = sums[0];
      BASALT_UNROLL
      for (std::size_t o = 1; o < components; ++o) {
        store_point(sums[o], results + o * leaf_doubles + e * point);
      }
    }
    join_leaf<count>(layout, leaf, values, z);
    for (std::size_t o = 1; o < components; ++o) {
      BASALT_UNROLL
      for (std::size_t e = 0; e < lanes; ++e) {
        values[e] = load_point(results + o * leaf_doubles + e * point);
      }
      join_leaf<count>(layout, leaf, values, z + o * polynomial);
    }
  }
}

/// The passes of one step between the outer ones.
struct PointMiddle {
  const PointLayout& layout;
  double* stage;
  const double* key;

  template <std::size_t count, std::size_t components>
  void multiply_rows(double* z, std::size_t first, std::size_t leaves) const {
    layout.levels == 1
        ? multiply_leaves<count, components, true>(layout, z, stage, first, leaves, key)
        : multiply_leaves<count, components, false>(layout, z, stage, first, leaves, key);
  }

  template <std::size_t count>
  void multiply(double* z, std::size_t first, std::size_t leaves) const {
    switch (layout.components) {
      case 2:
        return multiply_rows<count, 2>(z, first, leaves);
      case 3:
        return multiply_rows<count, 3>(z, first, leaves);
      case 4:
        return multiply_rows<count, 4>(z, first, leaves);
      case 5:
        return multiply_rows<count, 5>(z, first, leaves);
      case 6:
        return multiply_rows<count, 6>(z, first, leaves);
      default:
        return multiply_rows<count, 7>(z, first, leaves);
    }
  }

  void multiply_points(double* z, std::size_t first_point, std::size_t points) const {
    const std::size_t first = first_point / leaf_points, leaves = points / leaf_points;
    switch (layout.leaf_levels) {
      case 1:
        return multiply<1>(z, first, leaves);
      case 2:
        return multiply<2>(z, first, leaves);
      default:
        return multiply<3>(z, first, leaves);
    }
  }

  /// Passes `pass` and following on `nodes` neighbouring nodes of `block` points, at `z` of
  /// polynomial 0. Depth first while a block is too large for the first level cache.
  void run(int pass, double* z, std::size_t block, std::size_t node, std::size_t nodes) const {
    if (pass == layout.pass_count) return multiply_points(z, node * block, nodes * block);
    if (nodes > 1 && nodes * block > layout.unit) {
      for (std::size_t b = 0; b < nodes; ++b) run(pass, z + b * block * 2, block, node + b, 1);
      return;
    }
    const int count = layout.pass_levels[pass];
    const double* const table =
        layout.pass[pass] + node * 2 * twiddles_of(static_cast<std::size_t>(count));
    for (std::size_t row = 0; row < layout.rows; ++row) {
      pass_over_blocks_of<true>(count, z + row * layout.polynomial_doubles, block, nodes, table);
    }
    run(pass + 1, z, block >> count, node << count, nodes << count);
    for (std::size_t o = 0; o < layout.components; ++o) {
      pass_over_blocks_of<false>(count, z + o * layout.polynomial_doubles, block, nodes, table);
    }
  }
};

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
