// Tests of the decompositions worth trying, against all that there are.
#include "compile/search_digits.hpp"

#include <gtest/gtest.h>

#include "tfhe/noise.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile::search_digits_test {
namespace {

TEST(BestBootstrapDigits, NoOtherBaseHasLessNoise) {
  tfhe::ParameterSpec spec{.lwe_dimension = 800, .glwe_dimension = 1, .polynomial_size = 2048};
  spec.glwe_noise = tfhe::minimal_noise(2048, 128);
  for (const int levels : {1, 2, 4}) {
    const Digits best = best_bootstrap_digits(spec, levels);
    EXPECT_EQ(best.decomposition.levels, levels);
    for (int base_log = 1; base_log * levels < 64; ++base_log) {
      spec.bootstrap = {base_log, levels};
      EXPECT_LE(best.variance,
                tfhe::blind_rotation_step_variance(spec, tfhe::NoiseModel::basalt).value)
          << base_log << " x " << levels;
    }
  }
}

TEST(BestBootstrapDigits, MoreLevelsNeverHaveMoreNoise) {
  tfhe::ParameterSpec spec{.lwe_dimension = 800, .glwe_dimension = 2, .polynomial_size = 1024};
  spec.glwe_noise = tfhe::minimal_noise(2048, 128);

  EXPECT_LT(best_bootstrap_digits(spec, 2).variance, best_bootstrap_digits(spec, 1).variance);
  EXPECT_LT(best_bootstrap_digits(spec, 3).variance, best_bootstrap_digits(spec, 2).variance);
}

TEST(KeyswitchFronts, HoldWhatNoCheaperDecompositionBeats) {
  const SearchSpace space{.keyswitch_base_log = 6, .keyswitch_bits = 20};
  KeyswitchFronts fronts(128, space);
  const KeyswitchFronts::Front& front = fronts[750];
  const Variance key = tfhe::fresh_variance(front.lwe_noise);

  EXPECT_EQ(front.lwe_noise, tfhe::minimal_noise(750, 128));
  ASSERT_GT(front.digits.size(), 1u);
  for (std::size_t i = 1; i < front.digits.size(); ++i) {
    EXPECT_LT(front.digits[i - 1].decomposition.levels, front.digits[i].decomposition.levels);
    EXPECT_GT(front.digits[i - 1].variance, front.digits[i].variance);
  }
  for (int levels = 1; levels <= space.keyswitch_bits; ++levels) {
    for (int base_log = 1; base_log <= space.keyswitch_base_log; ++base_log) {
      if (base_log * levels > space.keyswitch_bits) continue;
      const double variance = tfhe::keyswitch_variance_per_bit({base_log, levels}, key).value;
      const bool served = std::ranges::any_of(front.digits, [&](const Digits& digits) {
        return digits.decomposition.levels <= levels && digits.variance <= variance;
      });
      EXPECT_TRUE(served) << base_log << " x " << levels;
    }
  }
}

}  // namespace
}  // namespace basalt::compile::search_digits_test
