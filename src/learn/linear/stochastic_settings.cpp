#include "learn/linear/stochastic_settings.hpp"

#include <algorithm>

#include "learn/linear/estimators.hpp"

namespace basalt::learn {
namespace {

constexpr const char* loss_names[] = {
    "hinge",          "squared_hinge",       "log_loss",
    "modified_huber", "perceptron",          "squared_error",
    "huber",          "epsilon_insensitive", "squared_epsilon_insensitive"};
constexpr const char* rate_names[] = {"constant", "optimal", "invscaling", "adaptive"};

template <std::size_t count>
std::size_t position(const char* const (&names)[count], const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - std::begin(names));
}

}  // namespace

std::vector<SettingRule> stochastic_rules(std::vector<std::string> losses,
                                          std::vector<std::string> rates, double power) {
  return {
      rules::choice("loss", std::move(losses), "Loss of one row."),
      rules::choice("penalty", {"l2", "l1", "elasticnet", "none"}, "Penalty on the coefficients."),
      rules::positive("alpha", 1e-4, "Strength of the penalty on the coefficients."),
      rules::share("l1_ratio", 0.15, 0.0,
                   "Part of the absolute values in the penalty \"elasticnet\"."),
      intercept_rule(),
      iterations_rule(1000),
      tolerance_rule(1e-3),
      rules::flag("shuffle", true, "Whether each epoch takes the rows in a new order."),
      rules::real("epsilon", 0.1, 0.0, "Threshold of the Huber and the insensitive losses."),
      rules::choice("learning_rate", std::move(rates), "How the step changes with time."),
      rules::positive("eta0", 0.01, "First step of every rate but \"optimal\"."),
      rules::real("power_t", power, -10.0, "Exponent of \"invscaling\"."),
      rules::flag("early_stopping", false, "Whether epochs are evaluated on rows held out."),
      rules::share("validation_fraction", 0.1, 0.0, "Part of the rows that is held out."),
      rules::whole("n_iter_no_change", 5, 1, 1e9, "Epochs without gain before the end."),
      rules::whole("average", 0, 0, 1e15,
                   "Step from which the weights are averaged; 1: all; 0: the last count.")};
}

StochasticSpec stochastic_from(const Settings& settings) {
  const std::string& penalty = settings.text("penalty");
  const double mixed = penalty == "elasticnet" ? settings.real("l1_ratio") : 0.0;
  return {.loss = static_cast<StochasticLoss>(position(loss_names, settings.text("loss"))),
          .alpha = settings.real("alpha"),
          .l1_ratio = penalty == "l1" ? 1.0 : mixed,
          .penalized = penalty != "none",
          .epsilon = settings.real("epsilon"),
          .fit_intercept = settings.flag("fit_intercept"),
          .max_iterations = settings.integer("max_iter"),
          .tolerance = settings.real("tol"),
          .patience = settings.integer("n_iter_no_change"),
          .rate = static_cast<StochasticRate>(position(rate_names, settings.text("learning_rate"))),
          .first_rate = settings.real("eta0"),
          .power = settings.real("power_t"),
          .shuffle = settings.flag("shuffle"),
          .average_from = settings.integer("average"),
          .held_out = settings.flag("early_stopping") ? settings.real("validation_fraction") : 0.0};
}

}  // namespace basalt::learn
