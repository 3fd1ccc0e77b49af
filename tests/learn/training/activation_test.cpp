#include "learn/training/activation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::activation_test {
namespace {

TEST(Activation, HasTheSlopeOfItsValues) {
  constexpr double step = 1e-5;
  for (const Activation& activation : activations()) {
    for (double x = -4.03; x < 4.0; x += 0.171) {
      const double slope = (activation.value(x + step) - activation.value(x - step)) / (2.0 * step);
      EXPECT_NEAR(activation.slope(x), slope, 1e-4) << activation.name << " at " << x;
    }
  }
}

TEST(Activation, GivesKnownValues) {
  EXPECT_EQ(activation_named("ReLU").value(-2.0), 0.0);
  EXPECT_NEAR(activation_named("Sigmoid").value(0.0), 0.5, 1e-15);
  EXPECT_NEAR(activation_named("SELU").value(1.0), 1.0507009873554805, 1e-15);
  EXPECT_NEAR(activation_named("GELU").value(1.0), 0.8413447460685429, 1e-12);
  EXPECT_NEAR(activation_named("SiLU").value(1.0), 0.7310585786300049, 1e-12);
  EXPECT_NEAR(activation_named("Mish").value(1.0), 0.8650983882673103, 1e-12);
  EXPECT_NEAR(activation_named("Softplus").value(0.0), std::log(2.0), 1e-15);
  EXPECT_EQ(activation_named("Triangle").value(0.5), 0.5);
  EXPECT_EQ(activation_named("Triangle").value(2.0), 0.0);
  EXPECT_EQ(activation_named("Triangle").value(-3.0), 1.0);
}

TEST(Activation, CoversTheUnivariateOnesOfTorch) {
  for (const char* name :
       {"ReLU",  "Sigmoid",    "SELU",        "CELU",        "ELU",        "LeakyReLU",
        "GELU",  "SiLU",       "Softplus",    "Hardtanh",    "Tanh",       "Identity",
        "ReLU6", "Hardswish",  "HardSigmoid", "Hardsigmoid", "LogSigmoid", "Mish",
        "PReLU", "Softshrink", "Softsign",    "Tanhshrink",  "Threshold"}) {
    EXPECT_EQ(activation_named(name).name, name);
  }
}

TEST(Activation, RefusesAnUnknownName) {
  expect_error(ErrorCode::invalid_argument, "unknown activation",
               [&] { activation_named("Relu"); });
}

}  // namespace
}  // namespace basalt::learn::activation_test
