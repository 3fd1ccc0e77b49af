#include "learn/linear/least_squares.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"

namespace basalt::learn::linear_least_squares_test {
namespace {

struct Problem {
  Matrix<double> features{40, 5}, targets{40, 2};
};

Problem made_problem() {
  Problem problem;
  RandomStream random(Seed{3});
  for (double& x : problem.features.reshaped()) x = random.gaussian() + 1.0;
  for (double& y : problem.targets.reshaped()) y = 10 * random.gaussian() - 4.0;
  return problem;
}

TEST(LeastSquares, LeaveResidualsOrthogonalToEveryFeature) {
  const Problem p = made_problem();
  const LinearFit fit = fit_least_squares(p.features, p.targets, true);

  const Matrix<double> predicted =
      (p.features * fit.coefficients.transpose()).rowwise() + fit.intercepts.transpose();
  const Matrix<double> residual = p.targets - predicted;

  EXPECT_LT((p.features.transpose() * residual).lpNorm<Eigen::Infinity>(), 1e-9);
  EXPECT_LT(residual.colwise().sum().lpNorm<Eigen::Infinity>(), 1e-9);
}

TEST(LeastSquares, OfTwoEqualFeaturesShareTheWeight) {
  Problem p = made_problem();
  p.features.col(1) = p.features.col(0);
  const LinearFit fit = fit_least_squares(p.features, p.targets, true);
  EXPECT_NEAR(fit.coefficients(0, 0), fit.coefficients(0, 1), 1e-9);
}

TEST(Ridge, BalancesResidualsAgainstThePenalty) {
  const Problem p = made_problem();
  const LinearFit fit = fit_ridge(p.features, p.targets, 7.0, false);
  const Matrix<double> residual = p.targets - p.features * fit.coefficients.transpose();
  const Matrix<double> force =
      p.features.transpose() * residual - 7.0 * fit.coefficients.transpose();
  EXPECT_LT(force.lpNorm<Eigen::Infinity>(), 1e-8);
}

TEST(ElasticNet, MeetsTheConditionsOfItsOptimum) {
  const Problem p = made_problem();
  const LinearFit fit =
      fit_elastic_net(p.features, p.targets, {.alpha = 1.5, .l1_ratio = 0.7, .tolerance = 1e-14});

  const Matrix<double> predicted =
      (p.features * fit.coefficients.transpose()).rowwise() + fit.intercepts.transpose();
  const Matrix<double> pull = p.features.transpose() * (p.targets - predicted) / 40.0;
  int zeros = 0;
  for (Eigen::Index k = 0; k < 2; ++k) {
    for (Eigen::Index j = 0; j < 5; ++j) {
      const double weight = fit.coefficients(k, j), force = pull(j, k) - 1.5 * 0.3 * weight;
      zeros += weight == 0.0;
      if (weight == 0.0) {
        EXPECT_LE(std::abs(force), 1.5 * 0.7 + 1e-6);
      } else {
        EXPECT_NEAR(force, std::copysign(1.5 * 0.7, weight), 1e-6);
      }
    }
  }
  EXPECT_GT(zeros, 0);
  EXPECT_LT(zeros, 10);
}

}  // namespace
}  // namespace basalt::learn::linear_least_squares_test
