// Test polynomials: what blind rotations read.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tfhe/lwe.hpp"

namespace basalt::tfhe {

/// Test polynomials of a batch: what the blind rotation reads.
///
/// Shape: [count x N] torus words, half-box centred: THEORY.md, section 3.
class LookupTables {
 public:
  LookupTables(std::size_t count, std::size_t polynomial_size)
      : count_(count), size_(polynomial_size), words_(count * polynomial_size) {}
  std::size_t count() const noexcept { return count_; }
  std::size_t polynomial_size() const noexcept { return size_; }
  std::span<Torus> operator[](std::size_t i) noexcept {
    return std::span(words_).subspan(i * size_, size_);
  }
  std::span<const Torus> operator[](std::size_t i) const noexcept {
    return std::span(words_).subspan(i * size_, size_);
  }

  /// Fills table `i` from `values`, a table over the half torus with the padding bit 0 (2^p words)
  /// or the first half of a negacyclic table (2^(M-1) words).
  /// Errors: invalid_argument unless the count is a power of two not above N.
  void set(std::size_t i, std::span<const Torus> values);
  /// The same for place `part` of 2^log2_tables_per_rotation tables that one rotation reads: the
  /// coefficients of each lie 2^log2_tables_per_rotation apart in the polynomial.
  /// Errors: invalid_argument unless part < 2^log2_tables_per_rotation and the count is at most
  ///         N / 2^log2_tables_per_rotation.
  void set_part(std::size_t i, std::span<const Torus> values, std::size_t part,
                int log2_tables_per_rotation);

 private:
  std::size_t count_, size_;
  std::vector<Torus> words_;
};

}  // namespace basalt::tfhe
