#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/estimator/train.hpp"
#include "support/expect_error.hpp"
#include "support/tables.hpp"

namespace basalt::learn::linear_regressors_test {
namespace {

using Given = std::map<std::string, SettingValue>;

LinearModel trained(const std::string& name, const Dataset& data, const Given& given) {
  const Estimator& estimator = estimator_named(name);
  Settings settings;
  for (const auto& [key, value] : given) settings.set(estimator.rules, key, value);
  return std::get<LinearModel>(
      train(estimator, settings, data, true, RandomStream(Seed{1})).family);
}

TEST(LinearRegressors, KeepCoefficientsAboveZeroWhereAsked) {
  const Dataset data = tests::table("diabetes.csv", Task::regression);
  for (const char* name : {"LinearRegression", "Ridge", "Lasso", "ElasticNet"}) {
    EXPECT_LT(trained(name, data, {}).coefficients.minCoeff(), 0.0) << name;
    EXPECT_GE(trained(name, data, {{"positive", true}}).coefficients.minCoeff(), 0.0) << name;
  }
}

TEST(LinearRegressors, TweedieHasNoLawBetweenZeroAndOne) {
  const Dataset data = tests::table("diabetes.csv", Task::regression);
  EXPECT_NO_THROW(trained("TweedieRegressor", data, {{"power", -1.0}}));
  try {
    trained("TweedieRegressor", data, {{"power", 0.5}});
    FAIL() << "power 0.5 was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "power");
  }
}

TEST(LinearRegressors, NeedMeansThatTheLinkKnows) {
  Dataset data = tests::table("diabetes.csv", Task::regression);
  data.targets.setZero();
  expect_error(ErrorCode::invalid_argument, "regression with power",
               [&] { trained("PoissonRegressor", data, {}); });
}

TEST(LinearRegressors, SupportRegressionTakesAScaledConstant) {
  const Dataset data = tests::table("diabetes.csv", Task::regression);
  const auto intercept = [&](double scaling) {
    return trained("LinearSVR", data,
                   {{"loss", std::string("squared_epsilon_insensitive")},
                    {"intercept_scaling", scaling},
                    {"C", 1e-4}})
        .intercepts.front();
  };
  EXPECT_LT(intercept(1.0), 0.5 * intercept(20.0));
}

}  // namespace
}  // namespace basalt::learn::linear_regressors_test
