// Linear models and trees: the circuit's integers are those of the model.
#include <gtest/gtest.h>

#include "compile/compile.hpp"
#include "ir/client.hpp"
#include "learn/estimator/train.hpp"
#include "support/tables.hpp"

namespace basalt::compile::lower_tables_test {
namespace {

using Eigen::Index;

learn::Dataset table_of(const learn::Estimator& estimator) {
  return tests::table(estimator.task == learn::Task::regression ? "diabetes.csv" : "wine.csv",
                      estimator.task);
}

learn::Model trained(const learn::Estimator& estimator,
                     const std::map<std::string, SettingValue>& given) {
  Settings settings;
  for (const auto& [name, value] : given) {
    if (std::ranges::count(estimator.rules, name, &SettingRule::name) > 0) {
      settings.set(estimator.rules, name, value);
    }
  }
  return learn::train(estimator, settings, table_of(estimator), true, RandomStream(Seed{5}));
}

/// Scores of a model by its own arithmetic. Shape: [rows x scores].
Matrix<double> scores_of(const learn::Model& model, const Matrix<double>& features) {
  const Matrix<double> scaled = model.standardizer.apply(features);
  if (const auto* linear = std::get_if<learn::LinearModel>(&model.family)) {
    return decision_function(*linear, scaled);
  }
  const auto& ensemble = std::get<learn::TreeEnsemble>(model.family);
  Matrix<double> scores = ensemble.scale * leaf_sums(ensemble, scaled).cast<double>();
  for (Index k = 0; k < scores.cols(); ++k) {
    scores.col(k).array() += ensemble.offset[static_cast<std::size_t>(k)];
  }
  if (ensemble.link != learn::TreeLink::probability) return scores;
  scores.conservativeResize(Eigen::NoChange, scores.cols() + 1);
  scores.rightCols(1).setOnes();
  for (Index k = 0; k + 1 < scores.cols(); ++k) scores.rightCols(1) -= scores.col(k);
  return scores;
}

void expect_same_scores(const learn::Model& model, const learn::Dataset& data) {
  const Lowered lowered = lower(model);
  ir::validate(lowered.graph);
  const Matrix<ir::Integer> inputs = quantize_rows(lowered.preprocessing, data.features);
  const Matrix<ir::Integer> outputs = evaluate(lowered.graph, inputs);
  const Matrix<double> expected = scores_of(model, data.features);
  for (Index row = 0; row < outputs.rows(); ++row) {
    const auto prediction =
        interpret(lowered.postprocessing,
                  std::span(outputs.row(row).data(), static_cast<std::size_t>(outputs.cols())));
    ASSERT_EQ(prediction.scores.size(), static_cast<std::size_t>(expected.cols()));
    for (Index k = 0; k < expected.cols(); ++k) {
      ASSERT_NEAR(prediction.scores[static_cast<std::size_t>(k)], expected(row, k),
                  1e-9 * std::max(1.0, std::abs(expected(row, k))))
          << model.estimator << ", row " << row;
    }
  }
}

TEST(LowerTables, KeepsTheScoresOfEveryEstimator) {
  std::vector<learn::Estimator> all = learn::linear_estimators();
  for (learn::Estimator& estimator : learn::tree_estimators()) all.push_back(std::move(estimator));
  for (const learn::Estimator& estimator : all) {
    const learn::Model model = trained(estimator, {{"n_bits", std::int64_t{5}}});
    expect_same_scores(model, table_of(estimator));
  }
}

TEST(LowerTables, KeepsTheScoresOfPairsOfClasses) {
  const learn::Estimator& estimator = learn::estimator_named("LogisticRegression");
  const learn::Model model = trained(estimator, {{"multi_class", std::string("ovo")}});
  expect_same_scores(model, table_of(estimator));

  const Lowered lowered = lower(model);
  const learn::Dataset data = table_of(estimator);
  const Matrix<ir::Integer> inputs = quantize_rows(lowered.preprocessing, data.features);
  const Matrix<ir::Integer> outputs = evaluate(lowered.graph, inputs);
  std::size_t right = 0;
  for (Index row = 0; row < outputs.rows(); ++row) {
    const auto prediction =
        interpret(lowered.postprocessing, std::span(outputs.row(row).data(), std::size_t{3}));
    right += prediction.label == data.labels[static_cast<std::size_t>(row)];
  }
  EXPECT_GE(right, data.rows() - 2);
}

TEST(LowerTables, ComparesOnTheServerIfAsked) {
  for (const char* name : {"DecisionTreeRegressor", "RandomForestClassifier", "XGBClassifier"}) {
    const learn::Estimator& estimator = learn::estimator_named(name);
    const learn::Model model = trained(estimator, {{"n_bits", std::int64_t{3}},
                                                   {"n_estimators", std::int64_t{3}},
                                                   {"max_depth", std::int64_t{3}},
                                                   {"comparisons", std::string("server")}});
    const Lowered lowered = lower(model);
    EXPECT_LE(std::get<ir::Input>(lowered.graph.nodes[0].op).size, 13U);
    EXPECT_EQ(std::get<ir::Input>(lowered.graph.nodes[0].op).high, 7);
    expect_same_scores(model, table_of(estimator));
  }
}

TEST(LowerTables, LevelsHideWhichOfThemAreThresholds) {
  const learn::Estimator& estimator = learn::estimator_named("XGBClassifier");
  const std::map<std::string, SettingValue> given = {{"n_bits", std::int64_t{3}},
                                                     {"n_estimators", std::int64_t{3}},
                                                     {"max_depth", std::int64_t{3}},
                                                     {"comparisons", std::string("levels")}};
  const learn::Model model = trained(estimator, given);
  const Lowered lowered = lower(model);
  std::map<std::uint32_t, int> levels;
  for (const std::uint32_t feature : lowered.preprocessing.feature_of) ++levels[feature];
  ASSERT_FALSE(levels.empty());
  for (const auto& [feature, count] : levels) EXPECT_EQ(count, 7) << feature;
  expect_same_scores(model, table_of(estimator));
}

TEST(LowerTables, CountsTheVotesOfNeighbours) {
  const learn::Estimator& estimator = learn::estimator_named("KNeighborsClassifier");
  const learn::Dataset data = table_of(estimator);
  for (const std::int64_t points : {1, 2, 9, 20}) {
    const learn::Model model = trained(
        estimator, {{"n_points", points}, {"n_neighbors", std::min<std::int64_t>(3, points)}});
    const Lowered lowered = lower(model);
    ir::validate(lowered.graph);
    const Matrix<ir::Integer> outputs =
        evaluate(lowered.graph, quantize_rows(lowered.preprocessing, data.features));
    EXPECT_EQ(outputs, votes(std::get<learn::NearestNeighbors>(model.family),
                             model.standardizer.apply(data.features), 3))
        << points << " points";
  }
}

TEST(LowerTables, LinearModelsNeedNoTable) {
  const learn::Model model = trained(learn::estimator_named("LogisticRegression"), {});
  for (const ir::Node& node : lower(model).graph.nodes) {
    EXPECT_FALSE(std::holds_alternative<ir::Lookup>(node.op));
  }
}

TEST(LowerTables, FeaturesWithoutWeightAreNotEncrypted) {
  const learn::Model model = trained(learn::estimator_named("Lasso"), {{"alpha", 20.0}});
  const auto& linear = std::get<learn::LinearModel>(model.family);
  const auto used = static_cast<std::size_t>((linear.weights.array() != 0).colwise().any().count());
  ASSERT_LT(used, 10U);
  EXPECT_EQ(std::get<ir::Input>(lower(model).graph.nodes[0].op).size, used);
}

TEST(LowerTables, OneLeafIsAConstantCircuit) {
  const learn::Model model =
      trained(learn::estimator_named("DecisionTreeRegressor"), {{"min_impurity_decrease", 1e12}});
  EXPECT_EQ(std::get<learn::TreeEnsemble>(model.family).trees[0].nodes(), 1U);
  expect_same_scores(model, table_of(learn::estimator_named("DecisionTreeRegressor")));
}

TEST(LowerTables, CircuitsOfTreesAndLinearModelsFindParameters) {
  for (const char* name : {"LogisticRegression", "RandomForestClassifier", "XGBRegressor"}) {
    const learn::Model model = trained(learn::estimator_named(name), {});
    const auto compiled = compile(model, circuit::Target{});
    ASSERT_TRUE(std::holds_alternative<circuit::Circuit>(compiled)) << name;
    EXPECT_LE(std::get<circuit::Circuit>(compiled).p_error, 0x1p-40) << name;
  }
}

}  // namespace
}  // namespace basalt::compile::lower_tables_test
