#include <gtest/gtest.h>

#include <map>

#include "base/error.hpp"
#include "learn/estimator/train.hpp"
#include "support/expect_error.hpp"
#include "support/tables.hpp"

namespace basalt::learn::neighbors_estimators_test {
namespace {

Model trained(std::int64_t points, std::int64_t neighbors = 3) {
  const Estimator& estimator = estimator_named("KNeighborsClassifier");
  Settings settings;
  settings.set(estimator.rules, "n_points", points);
  settings.set(estimator.rules, "n_neighbors", neighbors);
  return train(estimator, settings, tests::table("iris.csv", Task::classification), true,
               RandomStream(Seed{1}));
}

TEST(NeighborsEstimators, RememberAsManyPointsOfEachClass) {
  const Model model = trained(12);
  const auto& neighbors = std::get<NearestNeighbors>(model.family);
  std::map<std::int32_t, int> counts;
  for (const std::int32_t label : neighbors.labels) ++counts[label];
  EXPECT_EQ(counts, (std::map<std::int32_t, int>{{0, 4}, {1, 4}, {2, 4}}));
  EXPECT_EQ(neighbors.points.maxCoeff(), 3);
}

TEST(NeighborsEstimators, RecogniseMostIrisesByTwentyOfThem) {
  const Model model = trained(21);
  const Dataset iris = tests::table("iris.csv", Task::classification);
  const auto counted =
      votes(std::get<NearestNeighbors>(model.family), model.standardizer.apply(iris.features), 3);
  int right = 0;
  for (Eigen::Index row = 0; row < counted.rows(); ++row) {
    Eigen::Index best = 0;
    counted.row(row).maxCoeff(&best);
    right += best == iris.labels[static_cast<std::size_t>(row)];
  }
  EXPECT_GE(right, 125);
}

TEST(NeighborsEstimators, RefuseWhatWouldCostTooMuch) {
  try {
    trained(0);
    FAIL() << "112 points were accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "n_points");
  }
  expect_error(ErrorCode::invalid_argument, "expected at most the", [&] { trained(5, 6); });
}

TEST(NeighborsEstimators, RefuseOtherDistancesAndVotes) {
  const Estimator& estimator = estimator_named("KNeighborsClassifier");
  Settings settings;
  EXPECT_NO_THROW(settings.set(estimator.rules, "algorithm", std::string("brute")));
  expect_error(ErrorCode::invalid_argument, "expected one of auto, brute",
               [&] { settings.set(estimator.rules, "algorithm", std::string("ball_tree")); });
  expect_error(ErrorCode::invalid_argument, "expected at least",
               [&] { settings.set(estimator.rules, "p", std::int64_t{1}); });
  expect_error(ErrorCode::invalid_argument, "expected one of uniform",
               [&] { settings.set(estimator.rules, "weights", std::string("distance")); });
}

}  // namespace
}  // namespace basalt::learn::neighbors_estimators_test
