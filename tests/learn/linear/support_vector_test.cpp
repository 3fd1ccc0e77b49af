#include "learn/linear/support_vector.hpp"

#include <gtest/gtest.h>

namespace basalt::learn::linear_support_vector_test {
namespace {

TEST(SupportVectors, OfTwoPointsLieInTheMiddle) {
  Matrix<double> features(2, 1);
  features << -2, 2;
  const std::vector<std::int32_t> labels = {0, 1};
  // One weight w, no intercept by symmetry: both margins are 2w, so w = 1/2 once C is large.
  for (const bool squared : {false, true}) {
    const LinearFit fit = fit_support_vectors(
        features, labels, 2, {.inverse_penalty = 1e6, .squared = squared}, RandomStream(Seed{1}));
    EXPECT_NEAR(fit.coefficients(0, 0), 0.5, 1e-5) << squared;
    EXPECT_NEAR(fit.intercepts(0), 0.0, 1e-5) << squared;
  }
}

TEST(SupportRegression, GoesThroughTheMedianOfEqualFeatures) {
  // Only the penalized constant counts: with plain losses it is the median, whatever the outlier.
  const Matrix<double> features = Matrix<double>::Zero(5, 1);
  Matrix<double> targets(5, 1);
  targets << 1, 2, 3, 4, 1000;
  const LinearFit fit = fit_support_regression(
      features, targets, {.inverse_penalty = 100.0, .squared = false}, RandomStream(Seed{1}));
  EXPECT_NEAR(fit.intercepts(0), 3.0, 1e-6);
}

TEST(SupportRegression, IgnoresErrorsInsideTheTube) {
  Matrix<double> features(3, 1), targets(3, 1);
  features << 1, 2, 3;
  targets << 0.4, -0.4, 0.3;
  const LinearFit fit = fit_support_regression(features, targets, {.epsilon = 0.5, .squared = true},
                                               RandomStream(Seed{1}));
  EXPECT_EQ(fit.coefficients(0, 0), 0.0);
  EXPECT_EQ(fit.intercepts(0), 0.0);
}

}  // namespace
}  // namespace basalt::learn::linear_support_vector_test
