// Metrics from integers, and digests of records.
#include <gtest/gtest.h>

#include "pipeline/pipeline.hpp"

namespace basalt::pipeline::judge_test {
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

TEST(Judge, CountsRightLabels) {
  Matrix<ir::Integer> integers(4, 2);
  integers << 5, 1, 0, 2, 4, 3, 9, 0;  // cat, dog, cat, cat
  EXPECT_DOUBLE_EQ(judge(classifier({"cat", "dog"}), labelled(), integers).at("accuracy"), 0.75);
}

TEST(Judge, MatchesClassesByName) {
  Matrix<ir::Integer> integers(4, 2);
  integers << 5, 1, 0, 2, 4, 3, 9, 0;  // dog, cat, dog, dog
  EXPECT_DOUBLE_EQ(judge(classifier({"dog", "cat"}), labelled(), integers).at("accuracy"), 0.25);
  EXPECT_DOUBLE_EQ(judge(classifier({"bird", "fish"}), labelled(), integers).at("accuracy"), 0.0);
}

TEST(Judge, MeasuresRegressions) {
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

  const auto found = judge(post, rows, integers);

  EXPECT_DOUBLE_EQ(found.at("mse"), 0.25 / 3.0);
  EXPECT_DOUBLE_EQ(found.at("r2"), 1.0 - 0.25 / 2.0);
}

TEST(Judge, RefusesRowsOfAnotherTask) {
  learn::Dataset rows = labelled();
  rows.task = learn::Task::regression;
  EXPECT_THROW(judge(classifier({"cat", "dog"}), rows, Matrix<ir::Integer>::Zero(4, 2)), Error);
  EXPECT_THROW(judge(classifier({"cat", "dog"}), labelled(), Matrix<ir::Integer>::Zero(3, 2)),
               Error);
}

TEST(Record, DigestCoversResultsButNotTimings) {
  Record record;
  record.result["test_accuracy"] = 0.5;
  Record slower = record, better = record, failed = record;
  slower.timing["train"] = 9.0;
  better.result["test_accuracy"] = 0.6;
  failed.state = Record::State::failed;
  EXPECT_EQ(slower.digest(), record.digest());
  EXPECT_NE(better.digest(), record.digest());
  EXPECT_NE(failed.digest(), record.digest());
}

}  // namespace
}  // namespace basalt::pipeline::judge_test
