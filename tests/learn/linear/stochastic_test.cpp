#include "learn/linear/stochastic.hpp"

#include <gtest/gtest.h>

#include "support/tables.hpp"

namespace basalt::learn::linear_stochastic_test {
namespace {

constexpr StochasticLoss all_losses[] = {StochasticLoss::hinge,
                                         StochasticLoss::squared_hinge,
                                         StochasticLoss::log_loss,
                                         StochasticLoss::modified_huber,
                                         StochasticLoss::perceptron,
                                         StochasticLoss::squared_error,
                                         StochasticLoss::huber,
                                         StochasticLoss::epsilon_insensitive,
                                         StochasticLoss::squared_epsilon_insensitive};

TEST(StochasticSlope, IsTheDerivativeOfTheLoss) {
  for (const StochasticLoss loss : all_losses) {
    const StochasticSpec spec{.loss = loss};
    for (const double target : {-1.0, 1.0}) {
      for (const double score : {-2.3, -0.71, 0.38, 1.9}) {
        const double h = 1e-6;
        const double numeric =
            (stochastic_loss(spec, score + h, target) - stochastic_loss(spec, score - h, target)) /
            (2 * h);
        EXPECT_NEAR(stochastic_slope(spec, score, target), numeric, 1e-5)
            << static_cast<int>(loss) << " " << target << " " << score;
      }
    }
  }
}

TEST(Stochastic, NearlyReachesTheLeastSquaresOfCleanData) {
  Matrix<double> features(50, 2), targets(50, 1);
  RandomStream random(Seed{2});
  for (double& x : features.reshaped()) x = random.gaussian();
  targets.col(0) = 3 * features.col(0) - 2 * features.col(1);
  targets.array() += 1;
  const StochasticSpec spec{.loss = StochasticLoss::squared_error,
                            .tolerance = 1e-9,
                            .rate = StochasticRate::invscaling,
                            .first_rate = 0.05};
  const LinearFit fit = fit_stochastic(features, targets, spec, random);
  EXPECT_NEAR(fit.coefficients(0, 0), 3, 0.01);
  EXPECT_NEAR(fit.coefficients(0, 1), -2, 0.01);
  EXPECT_NEAR(fit.intercepts(0), 1, 0.01);
}

TEST(Stochastic, ClassesHaveAScoreEachExceptTwo) {
  const Dataset wine = tests::table("wine.csv", Task::classification);
  const Matrix<double> features = Standardizer::fit(wine.features).apply(wine.features);
  const LinearFit fit = fit_stochastic_classes(features, wine.labels, 3, {}, RandomStream(Seed{1}));
  const Matrix<double> scores =
      (features * fit.coefficients.transpose()).rowwise() + fit.intercepts.transpose();
  int right = 0;
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    Eigen::Index best = 0;
    scores.row(row).maxCoeff(&best);
    right += best == wine.labels[static_cast<std::size_t>(row)];
  }
  EXPECT_EQ(scores.cols(), 3);
  EXPECT_GE(right, 172);
}

TEST(Stochastic, AbsolutePenaltiesSilenceUselessFeatures) {
  Matrix<double> features(60, 3), targets(60, 1);
  RandomStream random(Seed{4});
  for (double& x : features.reshaped()) x = random.gaussian();
  targets.col(0) = 2 * features.col(0);
  const StochasticSpec spec{.loss = StochasticLoss::squared_error, .alpha = 0.2, .l1_ratio = 1.0};
  const LinearFit fit = fit_stochastic(features, targets, spec, random);
  EXPECT_GT(fit.coefficients(0, 0), 1.0);
  EXPECT_NEAR(fit.coefficients(0, 1), 0.0, 0.01);
  EXPECT_NEAR(fit.coefficients(0, 2), 0.0, 0.01);
}

}  // namespace
}  // namespace basalt::learn::linear_stochastic_test
