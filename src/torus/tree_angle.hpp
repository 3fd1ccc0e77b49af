// Angles of the tree that splits X^M - i into linear factors.
#pragma once

#include <cstddef>
#include <numbers>

namespace basalt::torus {

/// Argument of w at the node `node` of the level with `width` nodes, whose polynomial modulo
/// X^2h - w^2 splits into X^h - w (left) and X^h + w (right). Computed as an exact fraction of the
/// circle first, because a rounding of the angle would cost bits of every product.
inline double split_angle(std::size_t width, std::size_t node) noexcept {
  double turn = 0.25;  // of w^2 at the root: i
  for (std::size_t bit = width / 2; bit > 0; bit /= 2) {
    turn = turn / 2 + ((node & bit) != 0 ? 0.5 : 0.0);
  }
  return turn / 2 * 2.0 * std::numbers::pi;
}

}  // namespace basalt::torus
