#include "tfhe/noise_sampler.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "tfhe/statistics.hpp"
#include "torus/torus.hpp"

namespace basalt::tfhe::noise_sampler_test {
namespace {

TEST(NoiseSampler, ErrorsHaveTheDeviationOfTheirKind) {
  SecureRandom random;
  for (const NoiseKind kind : {NoiseKind::gaussian, NoiseKind::tuniform}) {
    // The deviation of TUniform with bound 17: sqrt((2^35 + 1) / 6).
    const double deviation = std::sqrt((0x1p35 + 1.0) / 6.0) * 0x1p-64;
    const NoiseSampler sampler(kind, deviation);
    Sample errors;
    for (int i = 0; i < 40000; ++i) errors.add(torus::to_real(sampler.draw(random)));

    EXPECT_TRUE(errors.has_variance(deviation * deviation));
    EXPECT_TRUE(errors.has_mean(0.0));
  }
}

TEST(NoiseSampler, TUniformStaysInItsBoundsAndReachesThem) {
  SecureRandom random;
  const NoiseSampler sampler(NoiseKind::tuniform, std::sqrt((0x1p7 + 1.0) / 6.0) * 0x1p-64);
  std::map<std::int64_t, int> counts;
  for (int i = 0; i < 64000; ++i) ++counts[static_cast<std::int64_t>(sampler.draw(random))];

  EXPECT_EQ(counts.size(), 17u);  // -8 to 8
  EXPECT_EQ(counts.begin()->first, -8);
  // 16 values of 4000 and two ends of 2000 expected; 6 deviations of a count are 370 and 265.
  for (const auto& [value, count] : counts) {
    if (std::abs(value) == 8) {
      EXPECT_NEAR(count, 2000, 300);
    } else {
      EXPECT_NEAR(count, 4000, 400);
    }
  }
}

TEST(NoiseSampler, DeviationZeroMeansNoError) {
  SecureRandom random;
  EXPECT_EQ(NoiseSampler(NoiseKind::gaussian, 0.0).draw(random), 0u);
  EXPECT_EQ(NoiseSampler(NoiseKind::tuniform, 0.0).draw(random), 0u);
}

TEST(NoiseSampler, RefusesErrorsThatFillTheTorus) {
  expect_error(ErrorCode::invalid_argument, "or more and below",
               [&] { NoiseSampler(NoiseKind::gaussian, 0.2); });
  expect_error(ErrorCode::invalid_argument, "or more and below",
               [&] { NoiseSampler(NoiseKind::gaussian, -1e-9); });
}

}  // namespace
}  // namespace basalt::tfhe::noise_sampler_test
