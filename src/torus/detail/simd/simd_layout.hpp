// What the vector kernels of one instruction set know about a rotation: plain numbers only, because
// their files are compiled with flags of their own.
#pragma once

#include <cstddef>
#include <cstdint>

#include "torus/detail/tasks.hpp"

namespace basalt::torus::detail {

struct PointLayout;

/// Choices of one instruction set.
struct SimdTraits {
  std::size_t lanes = 0;  ///< Of 64 bits.
  /// Polynomials from this size on are done one ciphertext at a time.
  std::size_t least_size_by_points = 0;
  int outer_levels = 0;  ///< Levels of the first and last pass, which convert.
  int pass_levels = 0;   ///< Most levels of a pass between them.
  /// Levels done in registers around the product, by number of components (index 2 to 7).
  int leaf_levels[8] = {};
  std::size_t keyswitch_width = 0;
  /// Up to so many ciphertexts are done faster one by one than side by side.
  std::size_t single_path_limit = 0;
};

/// Sizes of one rotation and of its accumulators.
struct RotationSizes {
  std::size_t half = 0, components = 0, rows = 0, levels = 0;
  int base_log = 0, group = 1;
  bool wide = false;  ///< Accumulators: 64-bit words, or pairs (x_j, x_(j + half)) of 32 bits.
  std::size_t component_words = 0;  ///< From one polynomial of an accumulator to the next.
  /// Lanes of accumulators in strips, else 0. A component is then cut into strip^2 blocks, of words
  /// twice as many; a strip consists of the vectors at one position of all blocks.
  std::size_t strip = 0;
  /// What is added to words before digits are cut. Shape: [2 x lanes]; see rounding_offsets().
  const std::uint64_t* offsets = nullptr;
};

/// Passes of one transform and their twiddles. A level splits X^2h - w^2 into X^h - w and X^h + w;
/// the inverse undoes it with the same twiddles.
struct PassLayout : RotationSizes {
  static constexpr int max_passes = 8;

  /// Levels of the first and last pass, of the passes between them, and of the leaves around the
  /// product.
  int outer_levels = 0, pass_count = 0, leaf_levels = 0;
  int pass_levels[max_passes] = {};

  /// Twiddles by node: 1, 3 or 7 pairs for 1, 2 or 3 levels, powers of one number.
  const double* outer = nullptr;
  const double* pass[max_passes] = {};
  const double* leaf = nullptr;

  std::size_t block = 0;               ///< Points of one block of the outer pass.
  std::size_t polynomial_doubles = 0;  ///< From one polynomial of the scratch memory to the next.
  std::size_t unit = 0;  ///< Points that fit the first level cache, all rows together.
};

/// Ciphertexts in the lanes. Polynomials of the transform have `half` points of `lanes` complex
/// numbers: lanes real parts, then lanes imaginary parts; one point of padding follows each of the
/// 2^outer_levels blocks.
///
/// A ciphertext alone has the 2^outer_levels = lanes blocks of its polynomials in the lanes in
/// place of ciphertexts, without padding. All numbers are the same in both layouts; only twiddles
/// and leaf powers, which lie `lanes` side by side for a ciphertext alone, are stored anew.
struct SimdLayout : PassLayout {
  /// Of groups of two bits: the 2N-th roots of unity, and which power of the first of them the
  /// first point of a leaf is.
  const double* roots = nullptr;
  const std::uint32_t* leaf_powers = nullptr;
};

/// Entry points of one instruction set.
struct SimdKernels {
  SimdTraits traits;
  void (*step)(const SimdLayout& layout, const StepTask& task) = nullptr;
  void (*step_alone)(const SimdLayout& layout, const StepTask& task) = nullptr;
  void (*step_of_points)(const PointLayout& layout, const StepTask& task) = nullptr;
  void (*keyswitch)(const KeyswitchTask& task) = nullptr;
  void (*add_scaled)(std::uint64_t* out, const std::uint64_t* in, std::uint64_t weight,
                     std::size_t count) = nullptr;
  void (*add_products)(const ProductTask& task) = nullptr;
};

}  // namespace basalt::torus::detail
