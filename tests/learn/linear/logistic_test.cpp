#include "learn/linear/logistic.hpp"

#include <gtest/gtest.h>

#include "support/tables.hpp"

namespace basalt::learn::linear_logistic_test {
namespace {

TEST(Logistic, PredictsEachClassAsOftenAsItOccurs) {
  const Dataset iris = tests::table("iris.csv", Task::classification);
  const LinearFit fit = fit_logistic(iris.features, iris.labels, 3, {.inverse_penalty = 1.0});

  Matrix<double> scores =
      (iris.features * fit.coefficients.transpose()).rowwise() + fit.intercepts.transpose();
  Eigen::RowVectorXd sums = Eigen::RowVectorXd::Zero(3);
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    const Eigen::RowVectorXd shares = (scores.row(row).array() - scores.row(row).maxCoeff()).exp();
    sums += shares / shares.sum();
  }

  for (const double sum : sums) EXPECT_NEAR(sum, 50.0, 1e-4);  // free intercepts ask for this
  EXPECT_LT(fit.coefficients.colwise().sum().lpNorm<Eigen::Infinity>(), 1e-6);
}

TEST(Logistic, OfTwoClassesScoresTheSecond) {
  Matrix<double> features(4, 1);
  features << -2, -1, 1, 2;
  const std::vector<std::int32_t> labels = {0, 0, 1, 1};
  const LinearFit fit = fit_logistic(features, labels, 2, {});
  ASSERT_EQ(fit.coefficients.rows(), 1);
  EXPECT_GT(fit.coefficients(0, 0), 0.5);
  EXPECT_NEAR(fit.intercepts(0), 0.0, 1e-7);
}

}  // namespace
}  // namespace basalt::learn::linear_logistic_test
