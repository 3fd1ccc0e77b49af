// Encryption under one GLWE key, many times.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "tfhe/client_key.hpp"
#include "tfhe/noise_sampler.hpp"
#include "torus/fourier.hpp"
#include "torus/kernels.hpp"

namespace basalt::tfhe {

/// Holds the transformed secret key. Threads: encrypt() may run in several at once.
class GlweEncryptor {
 public:
  /// `kernels` encrypt few messages; whole polynomials are transformed. Both arguments must outlive
  /// the encryptor.
  GlweEncryptor(const SecretStageKeys& key, const torus::Kernels& kernels);

  /// Adds masks times key plus errors to `body`, the message. The masks are those of stream `index`
  /// of `seed`. Shape: at most N words; fewer give the first coefficients only.
  void encrypt(const MaskSeed& seed, std::uint64_t index, SecureRandom& random,
               std::span<Torus> body) const;

 private:
  const SecretStageKeys& key_;
  const torus::Kernels& kernels_;
  torus::FourierPlan plan_;
  std::vector<torus::BinaryMultiplier> components_;
  NoiseSampler noise_;
};

}  // namespace basalt::tfhe
