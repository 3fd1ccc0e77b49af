// The negacyclic Fourier transform in plain C++: for keys, exact products and the reference.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/secret.hpp"
#include "torus/torus.hpp"

namespace basalt::torus {

/// Transform of real polynomials modulo X^N + 1: coefficients j and j + M (M = N/2) form the
/// complex number j of a polynomial modulo X^M - i, which is split level by level into halves
/// X^h - w and X^h + w. The values come in the order of that tree, which nobody undoes.
///
/// Shape: a spectrum is M real parts, then M imaginary parts.
class FourierPlan {
 public:
  /// Errors: invalid_argument unless `size` (N) is a power of two and at least 4.
  explicit FourierPlan(std::size_t size);

  std::size_t size() const noexcept { return 2 * half_; }

  /// In place: N coefficients become a spectrum.
  void forward(std::span<double> values) const;
  /// In place: a spectrum becomes N coefficients.
  void inverse(std::span<double> values) const;

 private:
  std::size_t half_;
  std::vector<double> cosine_, sine_;  ///< Of the node `i` of level l at 2^l + i.
};

/// out += a * b, value by value.
void add_product(std::span<const double> a, std::span<const double> b, std::span<double> out);

/// The exact negacyclic product by a polynomial with coefficients 0 and 1.
class BinaryMultiplier {
 public:
  /// `plan` must outlive the multiplier. Errors: mismatch if the size is not the plan's.
  BinaryMultiplier(const FourierPlan& plan, std::span<const std::uint64_t> bits);

  /// out += a * bits modulo X^N + 1 and 2^64. The transform works on limbs of 22 bits, whose
  /// products stay so small that rounding restores them: exact up to N = 2^17.
  void multiply_add(std::span<const Torus> a, std::span<Torus> out) const;

 private:
  const FourierPlan& plan_;
  SecretVector<double> spectrum_;
};

}  // namespace basalt::torus
