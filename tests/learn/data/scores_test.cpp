#include "learn/data/scores.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace basalt::learn::scores_test {
namespace {

TEST(Scores, CompareLabels) {
  const std::vector<std::int32_t> labels{0, 0, 0, 1};
  const GroundTruth rows{.labels = labels};
  Matrix<double> outputs(4, 2);
  outputs << 2, 0, 1, 0, 3, 0, 1, 0;  // the last row is wrong

  EXPECT_EQ(score_named("accuracy", rows, outputs), 0.75);
  EXPECT_EQ(score_named("balanced_accuracy", rows, outputs), 0.5);
  EXPECT_NEAR(score_named("f1_macro", rows, outputs), 0.5 * (6.0 / 7.0), 1e-12);
  const auto loss = [](double margin) { return std::log1p(std::exp(-margin)); };
  EXPECT_NEAR(score_named("neg_log_loss", rows, outputs),
              -(loss(2) + loss(1) + loss(3) + loss(-1)) / 4, 1e-12);
}

TEST(Scores, CompareValues) {
  GroundTruth rows;
  rows.targets.resize(2, 1);
  rows.targets << 1, 3;
  Matrix<double> outputs(2, 1);
  outputs << 1, 5;

  EXPECT_EQ(score_named("neg_mean_squared_error", rows, outputs), -2.0);
  EXPECT_NEAR(score_named("neg_root_mean_squared_error", rows, outputs), -std::sqrt(2.0), 1e-12);
  EXPECT_EQ(score_named("neg_mean_absolute_error", rows, outputs), -1.0);
  EXPECT_EQ(score_named("r2", rows, outputs), -1.0);
}

TEST(Scores, HaveEveryNameThatIsOffered) {
  const std::vector<std::int32_t> labels{0, 1};
  const GroundTruth rows{labels, Matrix<double>::Ones(2, 2)};
  const Matrix<double> outputs = Matrix<double>::Identity(2, 2);
  for (const Task task : {Task::classification, Task::regression}) {
    for (const std::string& name : scoring_names(task)) {
      EXPECT_TRUE(std::isfinite(score_named(name, rows, outputs))) << name;
    }
  }
}

}  // namespace
}  // namespace basalt::learn::scores_test
