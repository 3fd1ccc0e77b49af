#include "learn/layer/fan_in.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace basalt::learn::fan_in_test {
namespace {

TEST(WrappingFanIn, GivesSumsTheSpreadThatTrainsBest) {
  for (const int bits : {3, 4, 5}) {
    const double fan_in = wrapping_fan_in(bits, 0, 0.25, 100000);
    const double spread = std::sqrt(0.25 * fan_in) / std::ldexp(1.0, bits);
    EXPECT_GT(spread, 0.15);
    EXPECT_LT(spread, 0.22);
  }
  EXPECT_EQ(wrapping_fan_in(5, 4, 0.25, 64), 64.0);
}

TEST(MeanVariance, IsThatOfTheColumns) {
  FloatMatrix values(2, 2);
  values << 0, 5, 2, 5;
  EXPECT_EQ(mean_variance(values), 0.5);
}

}  // namespace
}  // namespace basalt::learn::fan_in_test
