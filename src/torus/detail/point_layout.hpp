// What the kernels with neighbouring points in the lanes know about a rotation: plain numbers only,
// because their files are compiled with flags of their own.
#pragma once

#include "torus/detail/simd_layout.hpp"

namespace basalt::torus::detail {

/// Neighbouring points in the lanes, ciphertexts one by one. Polynomials of the transform have
/// `half` points: lanes real parts, then lanes imaginary parts, and so on; `padding` points follow
/// each of the 2^outer_levels blocks.
///
/// The levels of a leaf are those between the vectors of its lanes^2 points; log2(lanes) more, the
/// last ones, are within vectors.
struct PointLayout : PassLayout {
  const double* vectors = nullptr;  ///< Twiddles within vectors, by leaf: as many pairs of vectors.
  std::size_t padding = 0;          ///< Points between two blocks of the outer pass.
  std::size_t stage = 0;  ///< Where in the scratch memory the leaves of all rows are staged.
};

}  // namespace basalt::torus::detail
