#include "learn/linear/stochastic_settings.hpp"

#include <gtest/gtest.h>

namespace basalt::learn::linear_stochastic_settings_test {
namespace {

StochasticSpec spec_of(const std::map<std::string, SettingValue>& given) {
  const auto rules = stochastic_rules({"log_loss", "hinge"}, {"optimal", "adaptive"}, 0.5);
  Settings settings;
  for (const auto& [name, value] : given) settings.set(rules, name, value);
  settings.complete(rules);
  return stochastic_from(settings);
}

TEST(LinearStochasticSettings, DefaultsAreThoseOfScikitLearn) {
  const StochasticSpec spec = spec_of({});
  EXPECT_EQ(spec.loss, StochasticLoss::log_loss);
  EXPECT_EQ(spec.alpha, 1e-4);
  EXPECT_EQ(spec.l1_ratio, 0.0);
  EXPECT_EQ(spec.max_iterations, 1000);
  EXPECT_EQ(spec.tolerance, 1e-3);
  EXPECT_EQ(spec.rate, StochasticRate::optimal);
  EXPECT_EQ(spec.power, 0.5);
  EXPECT_EQ(spec.patience, 5);
  EXPECT_TRUE(spec.shuffle);
  EXPECT_EQ(spec.held_out, 0.0);
}

TEST(LinearStochasticSettings, PenaltiesAndEarlyStoppingAreRead) {
  EXPECT_EQ(spec_of({{"penalty", std::string("l1")}}).l1_ratio, 1.0);
  EXPECT_EQ(spec_of({{"penalty", std::string("elasticnet")}}).l1_ratio, 0.15);
  EXPECT_FALSE(spec_of({{"penalty", std::string("none")}}).penalized);
  EXPECT_EQ(spec_of({{"early_stopping", true}}).held_out, 0.1);
  EXPECT_EQ(spec_of({{"learning_rate", std::string("adaptive")}}).rate, StochasticRate::adaptive);
}

}  // namespace
}  // namespace basalt::learn::linear_stochastic_settings_test
