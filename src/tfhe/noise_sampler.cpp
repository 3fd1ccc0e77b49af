#include "tfhe/noise_sampler.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::tfhe {

NoiseSampler::NoiseSampler(NoiseKind kind, double deviation)
    : kind_(kind), scaled_(deviation * 0x1p64) {
  require(deviation >= 0.0 && deviation < 0.125, ErrorCode::invalid_argument,
          "noise: standard deviation of ", deviation, ", expected 0 or more and below 1/8");
  if (kind == NoiseKind::tuniform && scaled_ > 0.0) {
    // Variance of bound b: (2^(2b + 1) + 1) / 6.
    const double twice_bound = std::log2(std::max(6.0 * scaled_ * scaled_ - 1.0, 2.0)) - 1.0;
    bound_ = static_cast<int>(std::lround(twice_bound / 2.0));
  }
}

Torus NoiseSampler::draw(SecureRandom& random) const {
  if (scaled_ == 0.0) return 0;
  if (kind_ == NoiseKind::gaussian) {
    return static_cast<Torus>(std::llrint(random.gaussian() * scaled_));
  }
  const Torus bits = random.next() >> (62 - bound_);
  return (bits >> 1) + (bits & 1) - (Torus{1} << bound_);
}

}  // namespace basalt::tfhe
