// What the kernels with neighbouring points in the lanes know about a rotation: plain numbers only,
// because their files are compiled with flags of their own.
#pragma once

#include "torus/detail/simd_layout.hpp"

namespace basalt::torus::detail {

/// Sizes and tables of one rotation, whose ciphertexts are done one by one. A level splits
/// X^2h - w^2 into X^h - w and X^h + w; the inverse undoes it with the same twiddles.
///
/// Polynomials of the transform have `half` points: lanes real parts, then lanes imaginary parts,
/// and so on; `padding` points follow each of the 2^outer_levels blocks.
struct PointLayout : RotationSizes {
  static constexpr int max_passes = 8;

  /// Levels of the first and last pass, of the passes between them, and of the leaves: between the
  /// vectors of a leaf of lanes^2 points. The last log2(lanes) levels are within vectors.
  int outer_levels = 0, pass_count = 0, leaf_levels = 0;
  int pass_levels[max_passes] = {};

  /// Twiddles by node: 1, 3 or 7 pairs for 1, 2 or 3 levels, powers of one number.
  const double* outer = nullptr;
  const double* pass[max_passes] = {};
  const double* leaf = nullptr;
  /// Twiddles within vectors, by leaf: as many pairs of vectors.
  const double* vectors = nullptr;

  std::size_t block = 0;               ///< Points of one block of the outer pass.
  std::size_t padding = 0;             ///< Points between two of them.
  std::size_t polynomial_doubles = 0;  ///< From one polynomial of the scratch memory to the next.
  std::size_t unit = 0;   ///< Points that fit the first level cache, all rows together.
  std::size_t stage = 0;  ///< Where in the scratch memory the leaves of all rows are staged.
};

}  // namespace basalt::torus::detail
