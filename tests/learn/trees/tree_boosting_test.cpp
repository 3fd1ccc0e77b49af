#include "learn/trees/tree_boosting.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"
#include "tree_vectors.hpp"

namespace basalt::learn::tree_boosting_test {
namespace {

struct Points {
  Matrix<std::int64_t> features{200, 3};
  std::vector<float> labels;
};

Points made_points() {
  Points points;
  RandomStream random(Seed{6});
  for (Eigen::Index row = 0; row < 200; ++row) {
    for (Eigen::Index j = 0; j < 3; ++j) {
      points.features(row, j) = static_cast<std::int64_t>(random.below(16));
    }
    const bool high = points.features(row, 0) >= 7 && points.features(row, 2) < 11;
    points.labels.push_back(high ? 1.0F : 0.0F);
  }
  return points;
}

double margin(const std::vector<RealTree>& trees, const std::int64_t* features) {
  double sum = 0.0;
  for (const RealTree& tree : trees) {
    sum += tree.value(static_cast<Eigen::Index>(leaf_of(tree.shape, features)), 0);
  }
  return sum;
}

TEST(BoostTrees, LearnARuleOfTwoThresholds) {
  const Points points = made_points();
  const auto trees = boost_trees(points.features, points.labels,
                                 {{{"objective", "binary:logistic"}, {"max_depth", "2"}}, 10});
  ASSERT_EQ(trees.size(), 10U);
  for (Eigen::Index row = 0; row < 200; ++row) {
    const double score = margin(trees, points.features.row(row).data());
    EXPECT_EQ(score > 0, points.labels[static_cast<std::size_t>(row)] > 0.5F) << row;
  }
}

TEST(BoostTrees, GiveOneTreePerRoundAndClass) {
  Points points = made_points();
  for (std::size_t i = 0; i < points.labels.size(); ++i) {
    points.labels[i] = static_cast<float>(points.features(static_cast<Eigen::Index>(i), 1) / 6);
  }
  const auto trees = boost_trees(points.features, points.labels,
                                 {{{"objective", "multi:softprob"}, {"num_class", "3"}}, 4});
  ASSERT_EQ(trees.size(), 12U);
  EXPECT_EQ(trees[5].shape.first_output, 2);
}

/// What XGBoost adds to every margin.
double base_margin(const nlohmann::json& settings) {
  const std::string objective = settings.at("objective");
  if (objective == "binary:logistic") return 0.0;
  return settings.value("base_score", 0.5);
}

TEST(BoostTrees, PredictWhatXgboostPredicts) {
  const auto cases = tests::tree_cases("boosted");
  ASSERT_GE(cases.size(), 4U);
  for (const tests::TreeCase& one : cases) {
    std::vector<float> labels(one.data.labels.begin(), one.data.labels.end());
    for (const double target : one.data.targets.reshaped()) {
      labels.push_back(static_cast<float>(target));
    }
    BoostingSpec spec{{}, one.rounds};
    for (const auto& [name, value] : one.settings.items()) {
      spec.parameters.emplace_back(name,
                                   value.is_string() ? value.get<std::string>() : value.dump());
    }
    const auto trees = boost_trees(one.features, labels, spec);
    for (std::size_t row = 0; row < one.predictions.size(); ++row) {
      std::vector<double> margins(one.predictions[row].size(), base_margin(one.settings));
      for (const RealTree& tree : trees) {
        const auto* features = one.features.row(static_cast<Eigen::Index>(row)).data();
        const auto leaf = static_cast<Eigen::Index>(leaf_of(tree.shape, features));
        margins.at(static_cast<std::size_t>(tree.shape.first_output)) += tree.value(leaf, 0);
      }
      for (std::size_t k = 0; k < margins.size(); ++k) {
        const double expected = one.predictions[row][k];
        EXPECT_NEAR(margins[k], expected, 1e-5 * std::max(1.0, std::abs(expected)))
            << one.name << " row " << row;
      }
    }
  }
}

TEST(BoostTrees, SayWhyXgboostRefuses) {
  const Points points = made_points();
  expect_error(ErrorCode::invalid_argument, "Unknown objective function", [&] {
    boost_trees(points.features, points.labels, {{{"objective", "nonsense"}}, 1});
  });
}

TEST(TreesFromJson, ReadADocumentOfTheLibrary) {
  // One tree: x1 < 2.5 ? 0.25 : -0.75, with a removed node at the end of the arrays.
  const std::string document = R"({"learner": {"gradient_booster": {"model": {
      "tree_info": [1],
      "trees": [{"left_children": [1, -1, -1, -1], "right_children": [2, -1, -1, -1],
                 "split_indices": [1, 0, 0, 0], "split_conditions": [2.5, 0.25, -0.75, 9]}]}}}})";

  const auto trees = trees_from_json(document);

  ASSERT_EQ(trees.size(), 1U);
  EXPECT_EQ(trees[0].shape.nodes(), 3U);
  EXPECT_EQ(trees[0].shape.first_output, 1);
  const std::int64_t low[] = {9, 2}, high[] = {0, 3};
  EXPECT_EQ(trees[0].value(static_cast<Eigen::Index>(leaf_of(trees[0].shape, low)), 0), 0.25);
  EXPECT_EQ(trees[0].value(static_cast<Eigen::Index>(leaf_of(trees[0].shape, high)), 0), -0.75);
  expect_error(ErrorCode::corrupt, "key 'learner' not found", [&] { trees_from_json("{}"); });
  expect_error(ErrorCode::corrupt, "syntax error while parsing value",
               [&] { trees_from_json("not JSON"); });
}

}  // namespace
}  // namespace basalt::learn::tree_boosting_test
