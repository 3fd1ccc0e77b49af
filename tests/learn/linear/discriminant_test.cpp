#include "learn/linear/discriminant.hpp"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>

#include "base/error.hpp"
#include "support/tables.hpp"

namespace basalt::learn::linear_discriminant_test {
namespace {

using Eigen::Index;

/// Two classes of four rows: means (0, 0) and (3, 1), covariance diag(2, 1/2) in both.
struct Crosses {
  Matrix<double> features{8, 2};
  std::vector<std::int32_t> labels{0, 0, 0, 0, 1, 1, 1, 1};
  Crosses() { features << -2, 0, 2, 0, 0, -1, 0, 1, 1, 1, 5, 1, 3, 0, 3, 2; }
};

Matrix<double> scores_of(const LinearFit& fit, const Matrix<double>& features) {
  return (features * fit.coefficients.transpose()).rowwise() + fit.intercepts.transpose();
}

std::string refused(const Matrix<double>& features, const std::vector<std::int32_t>& labels,
                    std::size_t classes, const DiscriminantSpec& spec) {
  try {
    fit_discriminant(features, labels, classes, spec);
  } catch (const Error& error) {
    return error.subject();
  }
  return "accepted";
}

TEST(LinearDiscriminant, OfTwoClassesHasTheCoefficientsOfTheFormula) {
  const Crosses data;
  const LinearFit fit = fit_discriminant(data.features, data.labels, 2, {});
  ASSERT_EQ(fit.coefficients.rows(), 1);
  EXPECT_NEAR(fit.coefficients(0, 0), 3 / 2.0, 1e-12);
  EXPECT_NEAR(fit.coefficients(0, 1), 1 / 0.5, 1e-12);
  EXPECT_NEAR(fit.intercepts(0), -0.5 * (9 / 2.0 + 1 / 0.5), 1e-12);
}

TEST(LinearDiscriminant, PriorsMoveTheBorderOnly) {
  const Crosses data;
  const Vector<double> priors = Eigen::Vector2d(3.0, 1.0);
  const LinearFit fit = fit_discriminant(data.features, data.labels, 2, {.priors = priors});
  EXPECT_NEAR(fit.coefficients(0, 0), 1.5, 1e-12);
  EXPECT_NEAR(fit.intercepts(0), -3.25 - std::log(3.0), 1e-12);
}

TEST(LinearDiscriminant, ShrinkingDrawsToTheMeanVariance) {
  const Crosses data;
  const LinearFit fit = fit_discriminant(data.features, data.labels, 2, {.shrinkage = 0.2});
  EXPECT_NEAR(fit.coefficients(0, 0), 3 / (0.8 * 2 + 0.2 * 1.25), 1e-12);
  EXPECT_NEAR(fit.coefficients(0, 1), 1 / (0.8 * 0.5 + 0.2 * 1.25), 1e-12);
}

/// Log-density of a row plus the logarithm of the share of its class, from sums over all pairs.
TEST(LinearDiscriminant, ScoresAreLogDensitiesUpToWhatAllClassesShare) {
  const Dataset iris = tests::table("iris.csv", Task::classification);
  Eigen::Matrix4d covariance = Eigen::Matrix4d::Zero();
  Eigen::Matrix<double, 3, 4> means = Eigen::Matrix<double, 3, 4>::Zero();
  for (std::size_t i = 0; i < 150; ++i) {
    means.row(iris.labels[i]) += iris.features.row(static_cast<Index>(i)) / 50.0;
  }
  for (std::size_t i = 0; i < 150; ++i) {
    const Eigen::Vector4d from =
        (iris.features.row(static_cast<Index>(i)) - means.row(iris.labels[i])).transpose();
    covariance += from * from.transpose() / 150.0;
  }
  const Eigen::Matrix4d inverse = covariance.inverse();

  const LinearFit fit = fit_discriminant(iris.features, iris.labels, 3, {});

  const Matrix<double> scores = scores_of(fit, iris.features);
  for (Index row = 0; row < scores.rows(); row += 7) {
    Eigen::Vector3d densities;
    for (Index k = 0; k < 3; ++k) {
      const Eigen::Vector4d from = (iris.features.row(row) - means.row(k)).transpose();
      densities(k) = -0.5 * from.dot(inverse * from);
    }
    for (Index k = 1; k < 3; ++k) {
      EXPECT_NEAR(scores(row, k) - scores(row, 0), densities(k) - densities(0),
                  1e-9 * (1 + std::abs(densities(k) - densities(0))));
    }
  }
}

TEST(LinearDiscriminant, AFeatureThatIsTheSumOfOthersChangesNoScore) {
  const Dataset iris = tests::table("iris.csv", Task::classification);
  Matrix<double> wider(150, 6);
  wider << iris.features, iris.features.col(0) - iris.features.col(3), Vector<double>::Ones(150);
  const LinearFit plain = fit_discriminant(iris.features, iris.labels, 3, {});
  for (const double tolerance : {1e-4, 0.0}) {
    const LinearFit fit = fit_discriminant(wider, iris.labels, 3, {.tolerance = tolerance});
    EXPECT_LT((scores_of(fit, wider) - scores_of(plain, iris.features)).lpNorm<Eigen::Infinity>(),
              1e-6);
  }
}

TEST(LinearDiscriminant, TheAdvisedShrinkageVanishesWhereRowsAreMany) {
  const Dataset iris = tests::table("iris.csv", Task::classification);
  std::vector<std::size_t> many;
  for (std::size_t i = 0; i < 100 * iris.rows(); ++i) many.push_back(i % iris.rows());
  const Dataset repeated = take_rows(iris, many);
  const LinearFit plain = fit_discriminant(iris.features, iris.labels, 3, {});
  const auto moved = [&](const Dataset& data) {
    const LinearFit drawn =
        fit_discriminant(data.features, data.labels, 3, {.shrinkage = std::nullopt});
    return (drawn.coefficients - plain.coefficients).norm() / plain.coefficients.norm();
  };
  EXPECT_GT(moved(iris), 0.05);
  EXPECT_LT(moved(repeated), 0.02 * moved(iris));
}

TEST(LinearDiscriminant, AClassOfNoShareIsNeverTheLikeliest) {
  const Crosses data;
  const LinearFit fit = fit_discriminant(data.features, data.labels, 3, {});  // class 2: no row
  const Matrix<double> scores = scores_of(fit, data.features);
  EXPECT_TRUE(scores.allFinite());
  for (Index row = 0; row < 8; ++row) EXPECT_LT(scores(row, 2), scores.row(row).head(2).minCoeff());
}

TEST(LinearDiscriminant, RefusesWhatHasNoMeaningNamingTheSetting) {
  const Crosses data;
  const auto with = [&](const Vector<double>& priors) {
    return refused(data.features, data.labels, 2, {.priors = priors});
  };
  EXPECT_EQ(with(Eigen::Vector3d(1, 1, 1)), "priors");
  EXPECT_EQ(with(Eigen::Vector2d(-1, 2)), "priors");
  EXPECT_EQ(with(Eigen::Vector2d(0, 0)), "priors");
  EXPECT_EQ(refused(data.features, data.labels, 3, {.priors = Eigen::Vector3d(1, 1, 1)}), "priors");
  EXPECT_EQ(refused(data.features, data.labels, 2, {.tolerance = 1.5}), "tol");
  EXPECT_EQ(refused(Matrix<double>::Ones(8, 2), data.labels, 2, {}), "estimator");
}

}  // namespace
}  // namespace basalt::learn::linear_discriminant_test
