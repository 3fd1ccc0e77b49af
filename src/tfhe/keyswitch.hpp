// Key switching: the same messages under the small key, for whole batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/parallel.hpp"
#include "tfhe/evaluation_key.hpp"
#include "tfhe/lwe.hpp"
#include "torus/aligned.hpp"

namespace basalt::tfhe {

/// Public key that carries ciphertexts from a big key to the small key, expanded for one kernel
/// set.
///
/// Its words are rounded to 32 bits where that adds less than a hundredth to the variance of the
/// key's own errors, as for every secure set; else they have 64 bits.
/// Threads: immutable, shared.
class KeyswitchKey {
 public:
  /// A key of one parameter set from a source of this dimension in `memory`, of expanded_bytes(),
  /// which outlives it. It is expanded there already or will be by expand().
  /// Errors: mismatch if the memory is too small.
  KeyswitchKey(const Parameters& set, std::size_t source_dimension, const torus::Kernels& kernels,
               std::span<std::byte> memory);
  static std::size_t expanded_bytes(const Parameters& set, std::size_t source_dimension,
                                    const torus::Kernels& kernels);

  /// Errors: mismatch if the bodies do not fit the source and the levels.
  void expand(const SeededStageKeys& seeded, ThreadTeam& team);

  std::size_t source_dimension() const noexcept { return source_; }
  std::size_t target_dimension() const noexcept { return target_; }
  Decomposition digits() const noexcept { return digits_; }
  bool wide() const noexcept { return wide_; }
  const torus::Kernels& kernels() const noexcept { return *kernels_; }
  std::size_t rows() const noexcept { return source_ * static_cast<std::size_t>(digits_.levels); }
  std::size_t columns() const noexcept { return panels_ * width_; }
  Bytes memory() const noexcept;

  /// Words of 64 bits of one row. Shape: [target + 1].
  std::span<const Torus> wide_row(std::size_t row) const noexcept {
    return {reinterpret_cast<const Torus*>(memory_) + row * (target_ + 1), target_ + 1};
  }
  /// Words of 32 bits of `width` columns, rows below each other.
  const std::uint32_t* panel(std::size_t i) const noexcept {
    return reinterpret_cast<const std::uint32_t*>(memory_) + i * rows() * width_;
  }
  std::size_t panels() const noexcept { return panels_; }

 private:
  void place_row(std::size_t row, std::span<const Torus> words);

  std::size_t source_, target_, width_, panels_;
  Decomposition digits_;
  const torus::Kernels* kernels_;
  bool wide_;
  std::byte* memory_;
};

/// Memory of one thread's key switches of up to `capacity` ciphertexts.
struct KeyswitchWorkspace {
  KeyswitchWorkspace(const KeyswitchKey& key, std::size_t capacity);
  std::size_t capacity;
  torus::AlignedVector<std::int32_t> digits;  ///< Shape: [capacity / 8][rows][8 or fewer].
  torus::AlignedVector<std::uint32_t> sums;   ///< Shape: [capacity][columns].
};

/// Writes ciphertexts first, …, first + count - 1 of `in`, under the small key, to `out`.
///
/// Shape:  out [count x (n + 1)].
/// Errors: mismatch if a dimension or the capacity does not fit.
/// Noise:  adds the key switch variance of noise.hpp.   Cost: no allocation.
/// Source: Chillotti et al., TFHE, eprint 2018/421 (key switching, binary keys).
void keyswitch(const KeyswitchKey& key, const LweBatch& in, std::size_t first, std::size_t count,
               std::span<Torus> out, KeyswitchWorkspace& workspace);

}  // namespace basalt::tfhe
