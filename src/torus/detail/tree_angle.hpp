// Angles of the tree that splits X^M - i into linear factors.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>

namespace basalt::torus {

/// Argument of w, as a fraction of the circle, at the node `node` of the level with `width` nodes,
/// whose polynomial modulo X^2h - w^2 splits into X^h - w (left) and X^h + w (right). Exact,
/// because a rounding of the angle would cost bits of every product.
inline double split_turn(std::size_t width, std::size_t node) noexcept {
  double turn = 0.25;  // of w^2 at the root: i
  for (std::size_t bit = width / 2; bit > 0; bit /= 2) {
    turn = turn / 2 + ((node & bit) != 0 ? 0.5 : 0.0);
  }
  return turn / 2;
}

/// The same in radians.
inline double split_angle(std::size_t width, std::size_t node) noexcept {
  return split_turn(width, node) * 2.0 * std::numbers::pi;
}

/// Argument of the power `power` of w^(1 / 2^(levels - 1)): the factor of coefficient `power` with
/// which `levels` levels from a node on need eighth roots of unity (or fewer) only.
inline double power_angle(int levels, std::size_t width, std::size_t node,
                          std::size_t power) noexcept {
  const std::size_t below = (std::size_t{1} << levels) / 2;
  const double turn = split_turn(width * below, node * below) * static_cast<double>(power);
  return (turn - std::round(turn)) * 2.0 * std::numbers::pi;
}

}  // namespace basalt::torus
