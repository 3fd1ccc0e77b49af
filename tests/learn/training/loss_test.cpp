#include "learn/training/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::loss_test {
namespace {

TEST(CrossEntropy, IsTheLogarithmOfTheClassesForEqualScores) {
  FloatMatrix gradient;
  const std::vector<std::int32_t> labels = {0, 3};

  EXPECT_NEAR(cross_entropy({}, FloatMatrix::Zero(2, 5), labels, gradient), std::log(5.0), 1e-6);
  EXPECT_NEAR(gradient.sum(), 0.0F, 1e-6F);
}

TEST(CrossEntropy, HasTheGradientOfItsValue) {
  FloatMatrix scores(3, 4), gradient, unused;
  scores << 1, -2, 0.5F, 3, 0, 0, 1, -1, 2, 2, -3, 0;
  const std::vector<std::int32_t> labels = {3, 0, 1};
  const CrossEntropySpec spec{.class_weights = {1.0, 2.0, 3.0, 0.5}, .label_smoothing = 0.2};

  cross_entropy(spec, scores, labels, gradient);

  for (Eigen::Index i = 0; i < scores.size(); ++i) {
    FloatMatrix up = scores, down = scores;
    up.data()[i] += 0.01F;
    down.data()[i] -= 0.01F;
    const double slope =
        (cross_entropy(spec, up, labels, unused) - cross_entropy(spec, down, labels, unused)) /
        0.02;
    EXPECT_NEAR(gradient.data()[i], slope, 2e-4);
  }
}

TEST(RegressionLoss, HasTheGradientOfItsValue) {
  FloatMatrix scores(2, 2), targets(2, 2), gradient, unused;
  scores << 1, -2, 0.5F, 3;
  targets << 1.3F, 0, 0.2F, -1;
  for (const RegressionLoss loss : {RegressionLoss::squared, RegressionLoss::absolute,
                                    RegressionLoss::huber, RegressionLoss::smooth}) {
    const RegressionLossSpec spec{loss, 0.9};
    regression_loss(spec, scores, targets, gradient);
    for (Eigen::Index i = 0; i < scores.size(); ++i) {
      FloatMatrix up = scores, down = scores;
      up.data()[i] += 0.01F;
      down.data()[i] -= 0.01F;
      const double slope = (regression_loss(spec, up, targets, unused) -
                            regression_loss(spec, down, targets, unused)) /
                           0.02;
      EXPECT_NEAR(gradient.data()[i], slope, 1e-3);
    }
  }
}

TEST(Losses, RefuseOtherShapes) {
  FloatMatrix gradient;
  expect_error(ErrorCode::mismatch, "rows of scores and", [&] {
    cross_entropy({}, FloatMatrix::Zero(2, 3), std::vector<std::int32_t>{1}, gradient);
  });
  expect_error(ErrorCode::mismatch, "regression loss", [&] {
    regression_loss({}, FloatMatrix::Zero(2, 3), FloatMatrix::Zero(2, 2), gradient);
  });
}

}  // namespace
}  // namespace basalt::learn::loss_test
