#include "learn/linear/descent.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace basalt::learn::linear_descent_test {
namespace {

TEST(Minimize, FindsTheBottomOfABadlyScaledBowl) {
  const Objective bowl = [](const Vector<double>& x, Vector<double>& gradient) {
    gradient.resize(3);
    gradient << 2 * (x(0) - 1), 2000 * (x(1) + 2), 0.02 * (x(2) - 30);
    return std::pow(x(0) - 1, 2) + 1000 * std::pow(x(1) + 2, 2) + 0.01 * std::pow(x(2) - 30, 2);
  };

  const Vector<double> best = minimize(bowl, Vector<double>::Zero(3), {.tolerance = 1e-10});

  EXPECT_NEAR(best(0), 1, 1e-8);
  EXPECT_NEAR(best(1), -2, 1e-8);
  EXPECT_NEAR(best(2), 30, 1e-6);
}

TEST(Minimize, StepsBackFromWhereTheValueIsInfinite) {
  const Objective wall = [](const Vector<double>& x, Vector<double>& gradient) {
    gradient = Vector<double>::Constant(1, 1 - 1 / x(0));
    return x(0) > 0 ? x(0) - std::log(x(0)) : std::numeric_limits<double>::infinity();
  };

  EXPECT_NEAR(minimize(wall, Vector<double>::Constant(1, 40.0), {})(0), 1.0, 1e-6);
}

TEST(FitSmooth, OfSquaresIsRidgeRegression) {
  Matrix<double> features(4, 1);
  features << -1, 0, 1, 2;
  const Vector<double> targets = 3.0 * features.col(0).array() + 2.0;
  const ScoreLoss squares = [&](const Matrix<double>& scores, Matrix<double>& derivative) {
    derivative.col(0) = scores.col(0) - targets;
    return 0.5 * derivative.squaredNorm();
  };
  SmoothFitSpec spec;
  spec.start_intercepts = Vector<double>::Zero(1);

  const LinearFit free = fit_smooth(features, squares, spec);
  spec.penalty = 5.0;
  const LinearFit shrunk = fit_smooth(features, squares, spec);

  EXPECT_NEAR(free.coefficients(0, 0), 3.0, 1e-7);
  EXPECT_NEAR(free.intercepts(0), 2.0, 1e-7);
  // The centred features have the squared norm 5, so the penalty halves the slope.
  EXPECT_NEAR(shrunk.coefficients(0, 0), 1.5, 1e-7);
}

}  // namespace
}  // namespace basalt::learn::linear_descent_test
