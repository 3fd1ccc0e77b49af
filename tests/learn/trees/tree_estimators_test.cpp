#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/estimator/train.hpp"
#include "support/tables.hpp"

namespace basalt::learn::tree_estimators_test {
namespace {

struct Evaluated {
  Model model;
  double score = 0.0;  ///< Accuracy, or R2.
};

std::int32_t label_of(const TreeEnsemble& ensemble, const Matrix<std::int64_t>& sums,
                      Eigen::Index row) {
  Vector<double> scores(sums.cols() + (ensemble.link == TreeLink::probability ? 1 : 0));
  double rest = 1.0;
  for (Eigen::Index k = 0; k < sums.cols(); ++k) {
    scores(k) = ensemble.scale * static_cast<double>(sums(row, k)) +
                ensemble.offset[static_cast<std::size_t>(k)];
    rest -= scores(k);
  }
  if (ensemble.link == TreeLink::sign) return scores(0) > 0 ? 1 : 0;
  if (ensemble.link == TreeLink::probability) scores(scores.size() - 1) = rest;
  Eigen::Index best = 0;
  scores.maxCoeff(&best);
  return static_cast<std::int32_t>(best);
}

/// Trains on three quarters of a table and evaluates on the rest, from the quantized leaves.
Evaluated evaluated(const std::string& name, const std::string& file,
                    const std::map<std::string, SettingValue>& given) {
  const Estimator& estimator = estimator_named(name);
  Settings settings;
  for (const auto& [key, value] : given) settings.set(estimator.rules, key, value);
  const Dataset data = tests::table(file, estimator.task);
  const Split parts = split(data, 0.25, estimator.task == Task::classification,
                            RandomStream(Seed{42}).child("split"));
  Evaluated result{train(estimator, settings, parts.train, true, RandomStream(Seed{7})), 0.0};
  const auto& ensemble = std::get<TreeEnsemble>(result.model.family);
  const Matrix<double> features = result.model.standardizer.apply(parts.test.features);
  const Matrix<std::int64_t> sums = leaf_sums(ensemble, features);
  double right = 0.0, squares = 0.0;
  for (Eigen::Index row = 0; row < sums.rows(); ++row) {
    if (estimator.task == Task::classification) {
      right += label_of(ensemble, sums, row) == parts.test.labels[static_cast<std::size_t>(row)];
      continue;
    }
    const double value = ensemble.scale * static_cast<double>(sums(row, 0)) + ensemble.offset[0];
    squares += std::pow(value - parts.test.targets(row, 0), 2);
  }
  const auto rows = static_cast<double>(sums.rows());
  const auto& targets = parts.test.targets;
  result.score = estimator.task == Task::classification
                     ? right / rows
                     : 1.0 - squares / (targets.array() - targets.mean()).square().sum();
  return result;
}

const std::map<std::string, SettingValue> small = {{"n_bits", std::int64_t{4}},
                                                   {"n_estimators", std::int64_t{10}},
                                                   {"max_depth", std::int64_t{4}}};

TEST(TreeEstimators, LearnThePublicTables) {
  const std::map<std::string, SettingValue> single = {{"n_bits", std::int64_t{4}},
                                                      {"max_depth", std::int64_t{4}}};
  std::map<std::string, SettingValue> shallow = small;
  shallow["max_depth"] = std::int64_t{2};
  EXPECT_GE(evaluated("DecisionTreeClassifier", "iris.csv", single).score, 0.88);
  EXPECT_GE(evaluated("RandomForestClassifier", "wine.csv", small).score, 0.90);
  EXPECT_GE(evaluated("XGBClassifier", "breast_cancer.csv", small).score, 0.92);
  EXPECT_GE(evaluated("XGBClassifier", "wine.csv", small).score, 0.90);
  EXPECT_GE(evaluated("DecisionTreeRegressor", "diabetes.csv", single).score, 0.10);
  EXPECT_GE(evaluated("RandomForestRegressor", "diabetes.csv", small).score, 0.25);
  EXPECT_GE(evaluated("XGBRegressor", "diabetes.csv", shallow).score, 0.20);
}

/// Targets that follow a feature each, the second in a unit a thousand times smaller.
Dataset two_targets() {
  Dataset data;
  data.task = Task::regression;
  RandomStream random(Seed{11});
  data.features.resize(400, 2);
  for (double& value : data.features.reshaped()) value = random.uniform(-1.0, 1.0);
  data.targets = data.features;
  data.targets.col(1) *= 1000.0;
  return data;
}

TEST(TreeEstimators, PredictSeveralTargetsInTheirOwnUnits) {
  const Dataset data = two_targets();
  for (const char* name : {"DecisionTreeRegressor", "RandomForestRegressor", "XGBRegressor"}) {
    const Estimator& estimator = estimator_named(name);
    Settings settings;
    settings.set(estimator.rules, "max_depth", SettingValue(std::int64_t{6}));

    const Model model = train(estimator, settings, data, true, RandomStream(Seed{7}));

    const auto& ensemble = std::get<TreeEnsemble>(model.family);
    const auto sums = leaf_sums(ensemble, model.standardizer.apply(data.features));
    ASSERT_EQ(sums.cols(), 2) << name;
    for (Eigen::Index k = 0; k < 2; ++k) {
      const auto output = static_cast<std::size_t>(k);
      const Vector<double> predicted =
          (sums.col(k).cast<double>().array() * ensemble.scale_of(output) + ensemble.offset[output])
              .matrix();
      const Vector<double> target = data.targets.col(k);
      const double spread = (target.array() - target.mean()).square().sum();
      // The large unit decides most splits of a tree that has both targets.
      EXPECT_GT(1.0 - (predicted - target).squaredNorm() / spread, k == 0 ? -0.1 : 0.9) << name;
    }
  }
}

TEST(TreeEstimators, TakeBitsOfInputsAndLeavesApart) {
  auto given = small;
  given["n_bits__op_inputs"] = std::int64_t{3};
  given["n_bits__op_leaves"] = std::int64_t{7};
  const Evaluated result = evaluated("XGBClassifier", "breast_cancer.csv", given);
  const auto& ensemble = std::get<TreeEnsemble>(result.model.family);
  EXPECT_EQ(ensemble.features.front().spec().high, 7);
  std::int64_t largest = 0;
  for (const Tree& tree : ensemble.trees) largest = std::max(largest, tree.value.maxCoeff());
  EXPECT_EQ(largest, 127);
}

TEST(TreeEstimators, GiveTheSameModelForTheSameSeed) {
  for (const char* name : {"RandomForestClassifier", "XGBClassifier"}) {
    EXPECT_EQ(evaluated(name, "wine.csv", small).model.id(),
              evaluated(name, "wine.csv", small).model.id());
  }
}

TEST(TreeEstimators, LeavesTakeTheBitsOfTheFeaturesIfOnlyTheseAreGiven) {
  auto given = small;
  given["n_bits__op_inputs"] = std::int64_t{3};
  const auto result = evaluated("XGBClassifier", "breast_cancer.csv", given);
  const auto& ensemble = std::get<TreeEnsemble>(result.model.family);
  std::int64_t largest = 0;
  for (const Tree& tree : ensemble.trees) largest = std::max(largest, tree.value.maxCoeff());
  EXPECT_EQ(largest, 7);
}

TEST(TreeEstimators, TakeTheParametersOfScikitLearnAndXgboost) {
  auto forest = small;
  for (const char* features : {"3", "0.4", "all", "log2"}) {
    forest["max_features"] = std::string(features);
    EXPECT_GE(evaluated("RandomForestClassifier", "wine.csv", forest).score, 0.85) << features;
  }
  forest = small;
  forest["max_samples"] = 0.5;
  forest["class_weight"] = std::string("balanced");
  forest["criterion"] = std::string("log_loss");
  EXPECT_GE(evaluated("RandomForestClassifier", "wine.csv", forest).score, 0.85);
  auto boosted = small;
  for (const char* name :
       {"subsample", "colsample_bytree", "colsample_bylevel", "colsample_bynode"}) {
    boosted[name] = 0.6;
  }
  boosted["tree_method"] = std::string("hist");
  boosted["scale_pos_weight"] = 2.0;
  boosted["max_delta_step"] = 1.0;
  EXPECT_GE(evaluated("XGBClassifier", "breast_cancer.csv", boosted).score, 0.9);
}

TEST(TreeEstimators, RefuseBadParametersByName) {
  const auto refused = [&](const char* name, const char* file, const char* key,
                           SettingValue value) {
    try {
      evaluated(name, file, {{key, std::move(value)}});
    } catch (const Error& error) {
      return error.subject();
    }
    return std::string("accepted");
  };
  for (const char* features : {"none", "0", "1.5", "14", "-1"}) {
    EXPECT_EQ(refused("RandomForestClassifier", "wine.csv", "max_features", std::string(features)),
              "max_features")
        << features;
  }
  EXPECT_EQ(refused("XGBClassifier", "wine.csv", "n_bits", std::int64_t{0}), "n_bits");
  EXPECT_EQ(refused("XGBClassifier", "wine.csv", "subsample", 1.5), "subsample");
  EXPECT_EQ(refused("XGBClassifier", "wine.csv", "objective", std::string("rank:ndcg")),
            "objective");
  EXPECT_EQ(refused("DecisionTreeClassifier", "wine.csv", "random_state", std::string("1")),
            "random_state");
}

}  // namespace
}  // namespace basalt::learn::tree_estimators_test
