// Cryptographic parameters: unchecked in, checked and immutable out.
#pragma once

#include <cstddef>

#include "base/describe.hpp"
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

/// How a ciphertext is rounded to the 2N positions of the blind rotation. Basalt always centres;
/// some published sets were made for the standard switch.
enum class ModulusSwitch { standard, centred };

/// Unchecked description of a parameter set. Ciphertext modulus 2^64, binary keys.
struct ParameterSpec {
  std::size_t lwe_dimension = 0;    ///< n, of the small key. 0: no bootstrap, GLWE key only.
  std::size_t glwe_dimension = 1;   ///< k.
  std::size_t polynomial_size = 0;  ///< N, a power of two.
  Decomposition bootstrap{};
  Decomposition keyswitch{};
  double lwe_noise = 0.0;   ///< Standard deviation, relative to the torus (both kinds).
  double glwe_noise = 0.0;  ///< Standard deviation, relative to the torus (both kinds).
  NoiseKind noise_kind = NoiseKind::gaussian;
  int group = 1;  ///< Key bits per step of the blind rotation: 1 or 2.
};

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Decomposition> auto& decomposition) {
  visit("base_log", decomposition.base_log);
  visit("levels", decomposition.levels);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<ParameterSpec> auto& spec) {
  visit("lwe_dimension", spec.lwe_dimension);
  visit("glwe_dimension", spec.glwe_dimension);
  visit("polynomial_size", spec.polynomial_size);
  visit.part("bootstrap", spec.bootstrap);
  visit.part("keyswitch", spec.keyswitch);
  visit("lwe_noise", spec.lwe_noise);
  visit("glwe_noise", spec.glwe_noise);
  visit("noise_kind", spec.noise_kind);
  visit("group", spec.group);
}

/// Standard deviation, relative to the torus, of the discrete noise on [-2^bound, 2^bound] whose
/// two ends have half the weight of the other values, on words of 64 bits.
/// Source: TFHE-rs, TUniform: variance (2^(2 bound + 1) + 1) / 6.
double tuniform_deviation(int bound);

/// The bound whose tuniform_deviation() is nearest to `deviation`.
int tuniform_bound(double deviation);

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
  const Digest& id() const noexcept { return id_; }

 private:
  ParameterSpec spec_;
  Digest id_;
};

}  // namespace basalt::tfhe
