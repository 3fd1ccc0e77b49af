// Tests of the decompositions worth trying, against all that there are.
#include "compile/search_digits.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tfhe/cost.hpp"
#include "tfhe/noise.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile::search_digits_test {
namespace {

TEST(BootstrapFront, HoldsWhatNoCheaperDecompositionBeats) {
  tfhe::ParameterSpec spec{.lwe_dimension = 800, .glwe_dimension = 1, .polynomial_size = 2048};
  const auto seconds = [&](const tfhe::Decomposition& digits) {
    spec.bootstrap = digits;
    return tfhe::blind_rotation_step_seconds(spec, tfhe::reference_cost_model()).value;
  };
  for (const int security : {80, 112, 128, 256}) {
    spec.glwe_noise = tfhe::minimal_noise(2048, security);
    const std::vector<Digits> front = bootstrap_front(spec, 4);
    ASSERT_GT(front.size(), 1u);
    for (std::size_t i = 1; i < front.size(); ++i) {
      EXPECT_LT(seconds(front[i - 1].decomposition), seconds(front[i].decomposition));
      EXPECT_GT(front[i - 1].variance, front[i].variance);
    }
    for (int levels = 1; levels <= 4; ++levels) {
      for (int base_log = 1; base_log * levels < 64; ++base_log) {
        const double time = seconds({base_log, levels});
        const double variance =
            tfhe::blind_rotation_step_variance(spec, tfhe::NoiseModel::basalt).value;
        const bool served = std::ranges::any_of(front, [&](const Digits& digits) {
          return seconds(digits.decomposition) <= time && digits.variance <= variance;
        });
        EXPECT_TRUE(served) << base_log << " x " << levels << " at " << security;
      }
    }
  }
}

TEST(KeyswitchFronts, HoldWhatNoCheaperDecompositionBeats) {
  const ParameterSpace space{.keyswitch_base_log = 6, .keyswitch_bits = 20};
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
