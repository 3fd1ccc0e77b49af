// How one kernel set lays out keys, accumulators and scratch memory of a blind rotation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "torus/aligned.hpp"
#include "torus/detail/points/point_layout.hpp"
#include "torus/detail/simd/simd_layout.hpp"
#include "torus/torus.hpp"

namespace basalt::torus::detail {

/// What Kernels::lay_out fills in; src/torus/README.md draws the four layouts.
struct RotationLayout {
  std::size_t key_doubles = 0, accumulator_words = 0, scratch_doubles = 0, lanes = 1;
  /// Up to so many ciphertexts are rotated one by one, more of them `lanes` at a time.
  std::size_t single_path_limit = 0;
  /// Ciphertexts that share one reading of the whole key; 0: all. Each waits for its step in the
  /// cache, which few of the largest do.
  std::size_t ciphertexts_per_key_pass = 0;
  bool wide = false;  ///< Accumulators of 64 instead of 32 bits.
  /// Of the vector kernels only; they point into `tables`.
  bool by_points = false;  ///< `points` is in use, else `simd`.
  SimdLayout simd;         ///< Ciphertexts side by side.
  SimdLayout alone;        ///< One ciphertext by the same key, its blocks side by side.
  PointLayout points;      ///< Two ciphertexts, the points of each side by side.
  AlignedVector<double> tables, alone_tables;
  AlignedVector<Torus> offsets;
  std::vector<std::uint32_t> leaf_powers;

  const RotationSizes& sizes() const noexcept {
    return by_points ? static_cast<const RotationSizes&>(points) : simd;
  }
};

}  // namespace basalt::torus::detail
