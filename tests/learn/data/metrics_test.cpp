#include "learn/data/metrics.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::metrics_test {
namespace {

const std::vector<std::int32_t> truth = {0, 0, 1, 1, 2};
const std::vector<std::int32_t> called = {0, 1, 1, 1, 0};

TEST(Metrics, CountLabels) {
  EXPECT_DOUBLE_EQ(accuracy(truth, called), 0.6);
  const Matrix<std::int64_t> table = confusion(truth, called, 3);
  EXPECT_EQ(table(0, 1), 1);
  EXPECT_EQ(table(1, 1), 2);
  EXPECT_EQ(table(2, 0), 1);
  EXPECT_EQ(table.sum(), 5);
  EXPECT_NEAR(f1_macro(truth, called, 3), (0.5 + 0.8 + 0.0) / 3.0, 1e-12);
}

TEST(Metrics, MeasureResiduals) {
  Matrix<double> targets(4, 1), perfect(4, 1), mean(4, 1);
  targets << 1, 2, 3, 6;
  perfect = targets;
  mean.setConstant(3.0);

  EXPECT_EQ(mean_squared_error(targets, mean), 3.5);
  EXPECT_EQ(r2_score(targets, perfect), 1.0);
  EXPECT_EQ(r2_score(targets, mean), 0.0);
  EXPECT_EQ(r2_score(mean, mean), 1.0);
}

TEST(Metrics, CallTheClassOfTheLargestScore) {
  Matrix<double> scores(3, 2);
  scores << 1, 2, 4, 3, 5, 5;  // the first of equal ones

  EXPECT_EQ(predicted_classes(scores), (std::vector<std::int32_t>{1, 0, 0}));
}

TEST(Metrics, CountErrorsOfTraining) {
  Dataset classes;
  classes.labels = {0, 1, 1, 0};
  Dataset values;
  values.task = Task::regression;
  values.targets = Matrix<double>::Zero(2, 1);
  Matrix<double> scores(4, 2);
  scores << 1, 0, 0, 1, 1, 0, 1, 0;

  EXPECT_EQ(training_error(classes, scores), 0.25);
  EXPECT_EQ(training_error(values, Matrix<double>::Constant(2, 1, 3.0)), 9.0);
}

TEST(Metrics, RefuseOtherSizes) {
  expect_error(ErrorCode::mismatch, "predicted values",
               [&] { accuracy(truth, std::vector<std::int32_t>{1}); });
  expect_error(ErrorCode::mismatch, "predicted values", [&] { accuracy({}, {}); });
  expect_error(ErrorCode::invalid_argument, "confusion", [&] { confusion(truth, called, 2); });
  expect_error(ErrorCode::mismatch, "predicted outputs",
               [&] { r2_score(Matrix<double>::Zero(2, 2), Matrix<double>::Zero(4, 1)); });
}

}  // namespace
}  // namespace basalt::learn::metrics_test
