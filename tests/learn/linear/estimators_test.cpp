#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "learn/estimator/train.hpp"
#include "support/expect_error.hpp"
#include "support/tables.hpp"

namespace basalt::learn::linear_estimators_test {
namespace {

/// One solved problem of the reference vectors.
struct Case {
  std::string estimator, table;
  nlohmann::json settings;
  Matrix<double> coefficients;
  std::vector<double> intercepts;
};

std::vector<Case> reference_cases() {
  std::ifstream file(BASALT_VECTORS "/linear_models.json");
  const nlohmann::json document = nlohmann::json::parse(file);
  std::vector<Case> cases;
  for (const auto& item : document.at("cases")) {
    Case one{item.at("estimator"), item.at("table"), item.at("settings"), {}, {}};
    const auto rows = item.at("coefficients").get<std::vector<std::vector<double>>>();
    one.coefficients.resize(static_cast<Eigen::Index>(rows.size()),
                            static_cast<Eigen::Index>(rows.front().size()));
    for (Eigen::Index i = 0; i < one.coefficients.size(); ++i) {
      const auto at = static_cast<std::size_t>(i), width = rows.front().size();
      one.coefficients.data()[i] = rows[at / width][at % width];
    }
    one.intercepts = item.at("intercepts").get<std::vector<double>>();
    cases.push_back(std::move(one));
  }
  return cases;
}

SettingValue setting_from(const nlohmann::json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) return value.get<std::vector<double>>();
  return value.get<double>();
}

Settings settings_of(const Case& one, const Estimator& estimator) {
  Settings settings;
  for (const auto& [name, value] : one.settings.items()) {
    settings.set(estimator.rules, name, setting_from(value));
  }
  const auto has = [&](const char* name) {
    return std::ranges::count(estimator.rules, name, &SettingRule::name) > 0;
  };
  if (has("max_iter")) {  // others solve in closed form, "tol" is then no end of a descent
    settings.set(estimator.rules, "tol", 1e-9);
    settings.set(estimator.rules, "max_iter", std::int64_t{1000000});
  }
  return settings;
}

Model trained(const std::string& name, const std::string& file, const Settings& settings = {}) {
  const Estimator& estimator = estimator_named(name);
  return train(estimator, settings, tests::table(file, estimator.task), true,
               RandomStream(Seed{1}));
}

TEST(LinearEstimators, FindTheOptimaOfScikitLearn) {
  const std::vector<Case> cases = reference_cases();
  ASSERT_GT(cases.size(), 20U);
  for (const Case& one : cases) {
    const Settings settings = settings_of(one, estimator_named(one.estimator));
    const Model model = trained(one.estimator, one.table, settings);
    const auto& linear = std::get<LinearModel>(model.family);

    ASSERT_EQ(linear.coefficients.rows(), one.coefficients.rows()) << one.estimator;
    const double size = std::max(1.0, one.coefficients.lpNorm<Eigen::Infinity>());
    EXPECT_LT((linear.coefficients - one.coefficients).lpNorm<Eigen::Infinity>(), 1e-4 * size)
        << one.estimator << " " << one.table << " " << one.settings;
    for (std::size_t k = 0; k < one.intercepts.size(); ++k) {
      EXPECT_NEAR(linear.intercepts[k], one.intercepts[k],
                  1e-4 * std::max(1.0, std::abs(one.intercepts[k])))
          << one.estimator << " " << one.table << " " << one.settings;
    }
  }
}

TEST(LinearEstimators, AreAllThereWithTheirDefaults) {
  for (const char* name :
       {"LinearRegression", "Ridge", "Lasso", "ElasticNet", "LogisticRegression", "LinearSVC",
        "LinearSVR", "LinearDiscriminantAnalysis", "SGDClassifier", "SGDRegressor",
        "PoissonRegressor", "GammaRegressor", "TweedieRegressor"}) {
    const Estimator& estimator = estimator_named(name);
    const std::string file =
        estimator.task == Task::regression ? "diabetes.csv" : "breast_cancer.csv";
    const Model model = trained(name, file);
    const auto& linear = std::get<LinearModel>(model.family);
    EXPECT_EQ(linear.weights.lpNorm<Eigen::Infinity>(), 127) << name;
    EXPECT_EQ(model.settings.integer("n_bits"), 8) << name;
  }
}

TEST(LinearEstimators, TakeBitsOfInputsAndWeightsApart) {
  Settings settings;
  const Estimator& ridge = estimator_named("Ridge");
  settings.set(ridge.rules, "n_bits__op_inputs", std::int64_t{5});
  settings.set(ridge.rules, "n_bits__op_weights", std::int64_t{3});

  const Model model = trained("Ridge", "diabetes.csv", settings);

  const auto& linear = std::get<LinearModel>(model.family);
  EXPECT_EQ(linear.features.front().spec().high, 31);
  EXPECT_EQ(linear.weights.lpNorm<Eigen::Infinity>(), 3);
}

TEST(LinearEstimators, RefuseTargetsOutsideTheLawOfTheModel) {
  Dataset data = tests::table("diabetes.csv", Task::regression);
  data.targets(7, 0) = 0.0;
  const auto fits = [&](const char* name) {
    return train(estimator_named(name), {}, data, true, RandomStream(Seed{1}));
  };

  EXPECT_NO_THROW(fits("PoissonRegressor"));
  expect_error(ErrorCode::invalid_argument, "regression with power",
               [&] { fits("GammaRegressor"); });
  data.targets(7, 0) = -1.0;
  expect_error(ErrorCode::invalid_argument, "regression with power",
               [&] { fits("PoissonRegressor"); });
}

TEST(LinearEstimators, GiveTheSameModelForTheSameSeed) {
  EXPECT_EQ(trained("SGDClassifier", "wine.csv").id(), trained("SGDClassifier", "wine.csv").id());
}

}  // namespace
}  // namespace basalt::learn::linear_estimators_test
