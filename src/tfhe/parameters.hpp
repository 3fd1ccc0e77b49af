// Cryptographic parameters: unchecked in, checked and immutable out.
#pragma once

#include <cstddef>
#include <string>

#include "base/digest.hpp"
#include "base/strong.hpp"

namespace basalt::tfhe {

/// Gadget decomposition: `levels` signed digits of `base_log` bits, most significant first.
struct Decomposition {
  int base_log = 0;
  int levels = 0;
  friend bool operator==(const Decomposition&, const Decomposition&) = default;
};

enum class NoiseKind { gaussian, tuniform };

/// Unchecked description of a parameter set. Ciphertext modulus 2^64, binary keys.
struct ParameterSpec {
  std::size_t lwe_dimension = 0;    ///< n, of the small key. 0: no bootstrap, GLWE key only.
  std::size_t glwe_dimension = 1;   ///< k.
  std::size_t polynomial_size = 0;  ///< N, a power of two.
  Decomposition bootstrap;
  Decomposition keyswitch;
  double lwe_noise = 0.0;   ///< Standard deviation, relative to the torus (both kinds).
  double glwe_noise = 0.0;  ///< Standard deviation, relative to the torus (both kinds).
  NoiseKind noise_kind = NoiseKind::gaussian;
  int group = 1;            ///< Key bits per step of the blind rotation: 1 or 2.
};

/// A checked parameter set.
class Parameters {
 public:
  /// Errors: invalid_argument that names the value, unless N is a power of two in 256..65536 (or
  /// any power of two from 256 with n = 0), 1 <= k <= 6, both decompositions fit 63 bits, n is a
  /// multiple of group.
  /// It does not check security: see security_bits(). Toy sets are legal here, the compiler never
  /// makes them.
  explicit Parameters(const ParameterSpec& spec);

  const ParameterSpec& spec() const noexcept { return spec_; }
  std::size_t n() const noexcept { return spec_.lwe_dimension; }
  std::size_t k() const noexcept { return spec_.glwe_dimension; }
  std::size_t N() const noexcept { return spec_.polynomial_size; }
  std::size_t big_dimension() const noexcept { return k() * N(); }
  bool has_bootstrap() const noexcept { return n() > 0; }
  Digest id() const;

 private:
  ParameterSpec spec_;
};

}  // namespace basalt::tfhe
