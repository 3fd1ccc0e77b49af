// Bases of least noise.
#include "compile/search_digits.hpp"

#include <algorithm>

#include "tfhe/cost.hpp"
#include "tfhe/noise.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile {

std::vector<Digits> bootstrap_front(tfhe::ParameterSpec spec, int most_levels) {
  constexpr int word_bits = 64;
  std::vector<Digits> front;
  double least = std::numeric_limits<double>::infinity();
  for (int levels = 1; levels <= most_levels; ++levels) {
    for (const int most_bits : {tfhe::most_bits_of_short_accumulators, word_bits - 1}) {
      Digits best;
      for (int base_log = 1; base_log * levels <= most_bits; ++base_log) {
        spec.bootstrap = {base_log, levels};
        const double variance =
            tfhe::blind_rotation_step_variance(spec, tfhe::NoiseModel::basalt).value;
        if (variance < best.variance) best = {spec.bootstrap, variance};
      }
      if (best.variance >= least) continue;
      least = best.variance;
      front.push_back(best);
    }
  }
  return front;
}

KeyswitchFronts::Front KeyswitchFronts::make(std::size_t n) const {
  Front front{tfhe::minimal_noise(n, security_), {}};
  const Variance key = tfhe::fresh_variance(front.lwe_noise);
  double least = std::numeric_limits<double>::infinity();
  for (int levels = 1; levels <= space_.keyswitch_bits; ++levels) {
    Digits best;
    const int widest = std::min(space_.keyswitch_base_log, space_.keyswitch_bits / levels);
    for (int base_log = 1; base_log <= widest; ++base_log) {
      const tfhe::Decomposition digits{base_log, levels};
      const double variance = tfhe::keyswitch_variance_per_bit(digits, key).value;
      if (variance < best.variance) best = {digits, variance};
    }
    if (best.variance >= least) continue;
    least = best.variance;
    front.digits.push_back(best);
  }
  return front;
}

}  // namespace basalt::compile
