// Metrics collected part by part equal those of all rows at once.
#include "pipeline/streaming_metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::pipeline::streaming_metrics_test {
namespace {

/// All rows of `data` in parts of three.
StreamingMetrics streamed(const ir::Postprocessing& post, const learn::Dataset& data,
                          const Matrix<ir::Integer>& integers) {
  StreamingMetrics metrics(post);
  for (std::size_t first = 0; first < data.rows(); first += 3) {
    std::vector<std::size_t> rows;
    for (std::size_t i = first; i < std::min(first + 3, data.rows()); ++i) rows.push_back(i);
    metrics.add(learn::take_rows(data, rows),
                integers.middleRows(static_cast<Eigen::Index>(first),
                                    static_cast<Eigen::Index>(rows.size())));
  }
  return metrics;
}

Matrix<ir::Integer> random_integers(Eigen::Index rows, Eigen::Index columns) {
  RandomStream random{Seed{8}};
  Matrix<ir::Integer> integers(rows, columns);
  for (Eigen::Index i = 0; i < integers.size(); ++i) {
    integers.data()[i] = static_cast<ir::Integer>(random.next() % 100) - 50;
  }
  return integers;
}

TEST(StreamingMetrics, AccuracyIsThatOfAllRows) {
  learn::Dataset data;
  data.features = Matrix<double>::Zero(50, 1);
  data.classes = {"cat", "dog"};
  for (int i = 0; i < 50; ++i) data.labels.push_back(i % 7 == 0);
  ir::Postprocessing post;
  post.scale = post.offset = {1.0, 1.0};
  post.link = ir::Link::softmax;
  post.classes = {"dog", "cat"};
  const Matrix<ir::Integer> integers = random_integers(50, 2);

  EXPECT_EQ(streamed(post, data, integers).metrics(), evaluate(post, data, integers));
}

TEST(StreamingMetrics, ErrorsOfRegressionsAreThoseOfAllRows) {
  learn::Dataset data;
  data.task = learn::Task::regression;
  data.features = Matrix<double>::Zero(50, 1);
  data.targets = random_integers(50, 2).cast<double>() * 0.37;
  data.targets.array() += 1000.0;
  ir::Postprocessing post;
  post.scale = {0.4, 0.5};
  post.offset = {1000.0, 990.0};
  const Matrix<ir::Integer> integers = random_integers(50, 2);

  const auto found = streamed(post, data, integers).metrics();
  const auto expected = evaluate(post, data, integers);

  EXPECT_NEAR(found.r2, expected.r2, 1e-9);
  EXPECT_NEAR(found.mse, expected.mse, 1e-9 * expected.mse);
}

TEST(StreamingMetrics, NoRowsHaveNoMetrics) {
  ir::Postprocessing post;
  post.scale = post.offset = {1.0};
  expect_error(ErrorCode::mismatch, "there are no rows", [&] { StreamingMetrics(post).metrics(); });
}

}  // namespace
}  // namespace basalt::pipeline::streaming_metrics_test
