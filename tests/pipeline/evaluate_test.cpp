// Metrics and comparisons of integers.
#include "pipeline/evaluate.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::pipeline::evaluate_test {
namespace {

learn::Dataset labelled() {
  learn::Dataset rows;
  rows.features = Matrix<double>::Zero(4, 1);
  rows.classes = {"cat", "dog"};
  rows.labels = {0, 1, 1, 0};
  return rows;
}

ir::Postprocessing classifier(std::vector<std::string> classes) {
  ir::Postprocessing post;
  post.scale = {1.0, 1.0};
  post.offset = {0.0, 0.0};
  post.link = ir::Link::softmax;
  post.classes = std::move(classes);
  return post;
}

TEST(Evaluate, CountsRightLabels) {
  Matrix<ir::Integer> integers(4, 2);
  integers << 5, 1, 0, 2, 4, 3, 9, 0;  // cat, dog, cat, cat
  EXPECT_DOUBLE_EQ(evaluate(classifier({"cat", "dog"}), labelled(), integers).accuracy(), 0.75);
}

TEST(Evaluate, MatchesClassesByName) {
  Matrix<ir::Integer> integers(4, 2);
  integers << 5, 1, 0, 2, 4, 3, 9, 0;  // dog, cat, dog, dog
  EXPECT_DOUBLE_EQ(evaluate(classifier({"dog", "cat"}), labelled(), integers).accuracy(), 0.25);
  EXPECT_DOUBLE_EQ(evaluate(classifier({"bird", "fish"}), labelled(), integers).accuracy(), 0.0);
}

TEST(Evaluate, MeasuresRegressions) {
  learn::Dataset rows;
  rows.task = learn::Task::regression;
  rows.features = Matrix<double>::Zero(3, 1);
  rows.targets = Matrix<double>(3, 1);
  rows.targets << 1.0, 2.0, 3.0;
  ir::Postprocessing post;
  post.scale = {0.5};
  post.offset = {0.0};
  Matrix<ir::Integer> integers(3, 1);
  integers << 2, 4, 5;

  const auto found = evaluate(post, rows, integers);

  EXPECT_DOUBLE_EQ(found.mse, 0.25 / 3.0);
  EXPECT_DOUBLE_EQ(found.r2, 1.0 - 0.25 / 2.0);
  EXPECT_EQ(found.results("test_"), (Results{{"test_mse", found.mse}, {"test_r2", found.r2}}));
}

TEST(Evaluate, RefusesRowsOfAnotherTask) {
  learn::Dataset rows = labelled();
  rows.task = learn::Task::regression;
  expect_error(ErrorCode::mismatch, "the model is for classes", [&] {
    evaluate(classifier({"cat", "dog"}), rows, Matrix<ir::Integer>::Zero(4, 2));
  });
  expect_error(ErrorCode::mismatch, "3 predicted rows for 4", [&] {
    evaluate(classifier({"cat", "dog"}), labelled(), Matrix<ir::Integer>::Zero(3, 2));
  });
}

TEST(Evaluate, RefusesToMeasureNothing) {
  learn::Dataset none = labelled();
  none.features.resize(0, 1);
  none.labels.clear();
  expect_error(ErrorCode::mismatch, "there are no rows", [&] {
    evaluate(classifier({"cat", "dog"}), none, Matrix<ir::Integer>(0, 2));
  });
}

TEST(EqualRows, CountsRowsInWhichEveryIntegerAgrees) {
  Matrix<ir::Integer> a(3, 2), b(3, 2);
  a << 1, 2, 3, 4, 5, 6;
  b << 1, 2, 3, 5, 5, 6;

  EXPECT_EQ(equal_rows(a, b), 2u);
  expect_error(ErrorCode::mismatch, "the other 3 x 1", [&] { equal_rows(a, b.leftCols(1)); });
}

TEST(Compare, CountsIntegersAndLabelsApart) {
  Matrix<ir::Integer> clear(4, 2), found(4, 2);
  clear << 5, 1, 0, 2, 4, 3, 9, 0;
  found << 5, 1, 0, 3, 3, 4, 9, 0;  // the second row differs, the third changes its label

  const Comparison beside = compare(classifier({"cat", "dog"}), labelled(), found, clear);

  EXPECT_EQ(beside.metrics.correct, 4U);
  EXPECT_EQ(beside.equal, 2U);
  EXPECT_EQ(beside.mismatches(), 2U);
  EXPECT_EQ(beside.agreement(), 0.5);
  EXPECT_EQ(beside.label_agreement(), 0.75);
}

}  // namespace
}  // namespace basalt::pipeline::evaluate_test
