// Blind rotation of batches of ciphertexts: accumulators times X^(a_1 s_1 + ... + a_n s_n).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "torus/aligned.hpp"
#include "torus/fourier.hpp"
#include "torus/kernels.hpp"
#include "torus/torus.hpp"

namespace basalt::torus {
namespace detail {
struct RotationLayout;
}  // namespace detail

/// Sizes of a blind rotation.
struct RotationShape {
  std::size_t components = 2;  ///< Polynomials of a GLWE ciphertext, k + 1.
  std::size_t size = 0;        ///< N.
  int base_log = 0, levels = 0;
  int group = 1;  ///< Key bits per step.

  std::size_t half() const noexcept { return size / 2; }
  std::size_t rows() const noexcept { return components * static_cast<std::size_t>(levels); }
  /// GGSW ciphertexts of a step.
  std::size_t products() const noexcept { return (std::size_t{1} << group) - 1; }
};

/// A shape with the tables and layout of one kernel set.
///
/// Rows of a GGSW are ordered by component, then level, most significant first. Row (c, l)
/// encrypts m * 2^(64 - base_log (l + 1)) times -S_c, or times 1 for the last component. A group of
/// two bits has the products of s1 (1 - s2), (1 - s1) s2 and s1 s2, in this order.
class RotationPlan {
 public:
  /// Errors: invalid_argument if the kernels cannot run the shape.
  RotationPlan(const RotationShape& shape, const Kernels& kernels);
  RotationPlan(const RotationPlan&) = delete;
  RotationPlan& operator=(const RotationPlan&) = delete;
  RotationPlan(RotationPlan&&) noexcept;
  ~RotationPlan();

  const RotationShape& shape() const noexcept { return shape_; }
  const Kernels& kernels() const noexcept { return *kernels_; }
  const FourierPlan& fourier() const noexcept { return fourier_; }
  /// Most ciphertexts of one step.
  std::size_t lanes() const noexcept;
  /// The least number from `count` on that leaves no lane idle: `count` itself where so few are
  /// rotated one by one.
  std::size_t round_up_to_lanes(std::size_t count) const noexcept;
  std::size_t key_doubles() const noexcept;
  std::size_t accumulator_words() const noexcept;
  std::size_t scratch_doubles() const noexcept;

  /// Transforms the words of one step. Shape: [products][rows][components][N] -> key_doubles().
  void pack_key(std::span<const Torus> words, std::span<double> key) const;

  /// Between GLWE words and an accumulator.
  /// Shape: words [components x N]; accumulator [accumulator_words()].
  void load(const Torus* words, Torus* accumulator) const;
  void store(const Torus* accumulator, Torus* words) const;

  /// Filled by the kernel set; only the sources of torus know what it holds.
  const detail::RotationLayout& layout() const noexcept { return *layout_; }
  detail::RotationLayout& layout() noexcept { return *layout_; }

 private:
  RotationShape shape_;
  const Kernels* kernels_;
  FourierPlan fourier_;
  std::unique_ptr<detail::RotationLayout> layout_;
};

/// The key of a whole rotation, packed, in memory of others. Shape: [steps x plan.key_doubles()].
struct RotationKey {
  std::size_t steps = 0;
  std::span<const double> numbers;
};

/// Memory of one thread's rotations of up to `capacity` ciphertexts.
class RotationWorkspace {
 public:
  RotationWorkspace(const RotationPlan& plan, std::size_t capacity);

  std::size_t capacity() const noexcept { return capacity_; }
  Torus* accumulator(std::size_t i) noexcept { return accumulators_[i]; }
  /// One per ciphertext.
  Torus* const* accumulators() const noexcept { return accumulators_.data(); }
  double* scratch() noexcept { return scratch_.data(); }
  /// Room for the exponents of one step. Shape: [group x lanes].
  std::span<std::uint32_t> exponents() noexcept { return exponents_; }

 private:
  std::size_t capacity_;  ///< Rounded up to whole groups of lanes.
  AlignedVector<Torus> words_;
  AlignedVector<double> scratch_;
  std::vector<Torus*> accumulators_;
  std::vector<std::uint32_t> exponents_;
};

/// Rotates the accumulators 0 .. count-1 of the workspace. The steps are the outer loop, the
/// ciphertexts the inner one, so that a step's key is read from memory once per call, or for large
/// polynomials once per two ciphertexts.
///
/// Shape: exponents [steps * group x capacity], each in [0, 2N).
/// The result of an accumulator depends on its content and exponents alone.
void rotate_blindly(const RotationPlan& plan, const RotationKey& key,
                    std::span<const std::uint32_t> exponents, std::size_t count,
                    RotationWorkspace& workspace);

}  // namespace basalt::torus
