#include "learn/linear/generalized.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::linear_generalized_test {
namespace {

TEST(HalfDeviance, IsLeastWhereTheMeanIsTheTarget) {
  for (const double power : {0.0, 1.0, 1.5, 2.0, 3.0}) {
    const double at = half_deviance(power, 2.0, 2.0);
    EXPECT_LT(at, half_deviance(power, 2.0, 1.9)) << power;
    EXPECT_LT(at, half_deviance(power, 2.0, 2.1)) << power;
  }
}

TEST(Generalized, RecoversTheLawThatMadeTheTargets) {
  RandomStream random(Seed{5});
  Matrix<double> features(200, 2), targets(200, 1);
  for (double& x : features.reshaped()) x = random.gaussian();
  for (Eigen::Index i = 0; i < 200; ++i) {
    targets(i, 0) = std::exp(0.7 * features(i, 0) - 0.3 * features(i, 1) + 1.2);
  }
  for (const double power : {1.0, 1.5, 2.0}) {
    const LinearFit fit =
        fit_generalized(features, targets, {.power = power, .log_link = true, .alpha = 0.0});
    EXPECT_NEAR(fit.coefficients(0, 0), 0.7, 1e-6) << power;
    EXPECT_NEAR(fit.coefficients(0, 1), -0.3, 1e-6) << power;
    EXPECT_NEAR(fit.intercepts(0), 1.2, 1e-6) << power;
  }
}

TEST(Generalized, KeepsTheMeanOfThePredictionsUnderThePoissonLaw) {
  Matrix<double> features(5, 1), targets(5, 1);
  features << -2, -1, 0, 1, 2;
  targets << 0, 3, 1, 4, 9;
  const LinearFit fit =
      fit_generalized(features, targets, {.power = 1.0, .log_link = true, .alpha = 1.0});
  const double mean =
      (features.col(0).array() * fit.coefficients(0, 0) + fit.intercepts(0)).exp().mean();
  EXPECT_NEAR(mean, targets.mean(), 1e-6);  // the free intercept asks for it
  targets(0, 0) = -1;
  expect_error(ErrorCode::invalid_argument, "regression with power",
               [&] { fit_generalized(features, targets, {.power = 1.0, .log_link = true}); });
}

}  // namespace
}  // namespace basalt::learn::linear_generalized_test
