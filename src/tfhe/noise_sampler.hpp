// Errors of fresh ciphertexts.
#pragma once

#include "base/random.hpp"
#include "tfhe/lwe.hpp"
#include "tfhe/parameters.hpp"

namespace basalt::tfhe {

/// Draws errors of one deviation.
///
/// Gaussian: a rounded normal deviate. TUniform of bound b: uniform on the integers from -2^b to
/// 2^b, the two ends half as likely; b is the bound whose deviation is nearest in log2. Deviation 0
/// gives no error at all: for toy keys.
class NoiseSampler {
 public:
  /// Units: deviation relative to the torus.
  NoiseSampler(NoiseKind kind, double deviation);

  Torus draw(SecureRandom& random) const;

 private:
  NoiseKind kind_;
  double scaled_;  ///< Deviation in units of 2^-64.
  int bound_ = 0;  ///< b of TUniform.
};

}  // namespace basalt::tfhe
