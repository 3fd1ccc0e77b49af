// What the kernels with neighbouring points in the lanes know about a rotation: plain numbers only,
// because their files are compiled with flags of their own.
#pragma once

#include "torus/detail/simd/simd_layout.hpp"

namespace basalt::torus::detail {

/// Neighbouring points in the lanes, ciphertexts in pairs that read the key together. Polynomials
/// of the transform have `half` points: lanes real parts, then lanes imaginary parts, and so on.
/// The outer levels and the first pass, log2(lanes) levels each, split them into lanes^2 blocks;
/// block 0 of all polynomials comes first, then block 1 of all, and so on.
///
/// The levels of a leaf are those between the vectors of its lanes^2 points; log2(lanes) more, the
/// last ones, are within vectors.
struct PointLayout : PassLayout {
  const double* vectors = nullptr;  ///< Twiddles within vectors, by leaf: as many pairs of vectors.
  std::size_t block_doubles = 0;    ///< From one block of the outer levels to the next.
  std::size_t ciphertext_doubles = 0;  ///< From one ciphertext of the scratch memory to the next.
  /// Points of a tile: of one row and of the sums of all components it fits the first level cache.
  std::size_t tile = 0;
  int tile_pass = 1;            ///< The first pass within a tile.
  std::size_t sum_doubles = 0;  ///< From one component of a tile's sums to the next.
};

}  // namespace basalt::torus::detail
