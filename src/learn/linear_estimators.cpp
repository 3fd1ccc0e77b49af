// The linear estimators that recipes can name: their settings and how they are trained.
#include <algorithm>

#include "base/error.hpp"
#include "learn/linear_generalized.hpp"
#include "learn/linear_least_squares.hpp"
#include "learn/linear_logistic.hpp"
#include "learn/linear_stochastic.hpp"
#include "learn/linear_support_vector.hpp"
#include "learn/train.hpp"

namespace basalt::learn {
namespace {

using Rules = std::vector<SettingRule>;
/// Real coefficients from settings and standardized data.
using Solver = std::function<LinearFit(const Settings&, const Dataset&, RandomStream)>;

SettingRule real(const char* name, double fallback, double low, const char* meaning) {
  return {.name = name,
          .type = SettingType::real,
          .fallback = fallback,
          .low = low,
          .meaning = meaning};
}

SettingRule positive(const char* name, double fallback, const char* meaning) {
  SettingRule rule = real(name, fallback, 0.0, meaning);
  rule.positive = true;
  return rule;
}

SettingRule share(const char* name, double fallback, const char* meaning) {
  SettingRule rule = real(name, fallback, 0.0, meaning);
  rule.high = 1.0;
  return rule;
}

SettingRule whole(const char* name, std::int64_t fallback, double low, double high,
                  const char* meaning) {
  return {.name = name, .fallback = fallback, .low = low, .high = high, .meaning = meaning};
}

SettingRule flag(const char* name, bool fallback, const char* meaning) {
  return {.name = name, .type = SettingType::boolean, .fallback = fallback, .meaning = meaning};
}

/// The first choice is the default.
SettingRule choice(const char* name, std::vector<std::string> choices, const char* meaning) {
  return {.name = name,
          .type = SettingType::text,
          .fallback = choices.front(),
          .choices = choices,
          .meaning = meaning};
}

SettingRule intercept() {
  return flag("fit_intercept", true, "Whether the model has a free constant.");
}

SettingRule iterations(std::int64_t fallback) {
  return whole("max_iter", fallback, 1, 1e9, "Most iterations of the solver.");
}

SettingRule tolerance(double fallback) {
  return positive("tol", fallback, "Where the solver stops; smaller is nearer to the optimum.");
}

SettingRule strength(double fallback) {
  return real("alpha", fallback, 0.0, "Strength of the penalty on the coefficients.");
}

SettingRule inverse_strength() {
  return positive("C", 1.0, "Inverse strength of the penalty on the coefficients.");
}

/// Adds the settings of quantization, which every linear estimator has.
Rules with_bits(Rules rules) {
  rules.push_back(whole("n_bits", 8, 2, 16, "Bits of quantized features and weights."));
  rules.push_back(
      whole("n_bits__op_inputs", 0, 0, 16, "Bits of quantized features; 0: as n_bits."));
  rules.push_back(whole("n_bits__op_weights", 0, 0, 16, "Bits of weights; 0: as n_bits."));
  return rules;
}

LinearBits bits_from(const Settings& settings) {
  const auto given = [&](const char* name) {
    const std::int64_t own = settings.integer(name);
    return Bits{static_cast<int>(own > 0 ? own : settings.integer("n_bits"))};
  };
  const LinearBits bits{given("n_bits__op_inputs"), given("n_bits__op_weights")};
  if (bits.weights.value < 2) {
    throw Error(ErrorCode::invalid_argument, "\"n_bits__op_weights\" is 1, expected 0 or 2 to 16",
                "n_bits__op_weights");
  }
  return bits;
}

Estimator classifier(const char* name, Rules rules, Solver solve) {
  return {
      name, Task::classification, with_bits(std::move(rules)),
      [solve = std::move(solve)](const Settings& settings, const Dataset& data, RandomStream random,
                                 const EpochHook&, std::vector<EpochRecord>&) {
        const auto link = data.classes.size() == 2 ? LinearLink::sign : LinearLink::largest;
        return quantize(solve(settings, data, std::move(random)), data.features,
                        bits_from(settings), link);
      }};
}

/// `logarithmic` tells from the settings whether scores are logarithms of values.
Estimator regressor(const char* name, Rules rules, Solver solve,
                    std::function<bool(const Settings&)> logarithmic = {}) {
  return {name, Task::regression, with_bits(std::move(rules)),
          [solve = std::move(solve), logarithmic = std::move(logarithmic)](
              const Settings& settings, const Dataset& data, RandomStream random, const EpochHook&,
              std::vector<EpochRecord>&) {
            const bool is_log = logarithmic && logarithmic(settings);
            return quantize(solve(settings, data, std::move(random)), data.features,
                            bits_from(settings),
                            is_log ? LinearLink::exponential : LinearLink::identity);
          }};
}

DescentSpec descent_from(const Settings& settings) {
  return {.max_iterations = settings.integer("max_iter"), .tolerance = settings.real("tol")};
}

LinearFit elastic_net(const Settings& settings, const Dataset& data, double l1_ratio) {
  return fit_elastic_net(data.features, data.targets,
                         {.alpha = settings.real("alpha"),
                          .l1_ratio = l1_ratio,
                          .fit_intercept = settings.flag("fit_intercept"),
                          .positive = settings.flag("positive"),
                          .max_iterations = settings.integer("max_iter"),
                          .tolerance = settings.real("tol")});
}

void add_least_squares(std::vector<Estimator>& list) {
  const SettingRule only_positive = flag("positive", false, "Forbids coefficients below 0.");
  list.push_back(regressor("LinearRegression", {intercept()},
                           [](const Settings& settings, const Dataset& data, RandomStream) {
                             return fit_least_squares(data.features, data.targets,
                                                      settings.flag("fit_intercept"));
                           }));
  list.push_back(regressor("Ridge", {strength(1.0), intercept()},
                           [](const Settings& settings, const Dataset& data, RandomStream) {
                             return fit_ridge(data.features, data.targets, settings.real("alpha"),
                                              settings.flag("fit_intercept"));
                           }));
  list.push_back(regressor(
      "Lasso", {strength(1.0), intercept(), only_positive, iterations(1000), tolerance(1e-4)},
      [](const Settings& settings, const Dataset& data, RandomStream) {
        return elastic_net(settings, data, 1.0);
      }));
  list.push_back(regressor(
      "ElasticNet",
      {strength(1.0), share("l1_ratio", 0.5, "Part of the absolute values in the penalty."),
       intercept(), only_positive, iterations(1000), tolerance(1e-4)},
      [](const Settings& settings, const Dataset& data, RandomStream) {
        return elastic_net(settings, data, settings.real("l1_ratio"));
      }));
}

void add_logistic(std::vector<Estimator>& list) {
  list.push_back(classifier("LogisticRegression",
                            {choice("penalty", {"l2", "none"}, "Penalty on the coefficients."),
                             inverse_strength(), intercept(), iterations(1000), tolerance(1e-6)},
                            [](const Settings& settings, const Dataset& data, RandomStream) {
                              constexpr double no_penalty = 1e300;
                              const bool penalized = settings.text("penalty") == "l2";
                              return fit_logistic(
                                  data.features, data.labels, data.classes.size(),
                                  {.inverse_penalty = penalized ? settings.real("C") : no_penalty,
                                   .fit_intercept = settings.flag("fit_intercept"),
                                   .descent = descent_from(settings)});
                            }));
}

SupportVectorSpec support_from(const Settings& settings, const char* squared) {
  return {.inverse_penalty = settings.real("C"),
          .epsilon = settings.has("epsilon") ? settings.real("epsilon") : 0.0,
          .squared = settings.text("loss") == squared,
          .fit_intercept = settings.flag("fit_intercept"),
          .descent = descent_from(settings)};
}

void add_support_vectors(std::vector<Estimator>& list) {
  list.push_back(classifier(
      "LinearSVC",
      {choice("loss", {"squared_hinge", "hinge"}, "Loss of a row inside the margin."),
       inverse_strength(), intercept(), iterations(10000), tolerance(1e-6)},
      [](const Settings& settings, const Dataset& data, RandomStream random) {
        return fit_support_vectors(data.features, data.labels, data.classes.size(),
                                   support_from(settings, "squared_hinge"), std::move(random));
      }));
  list.push_back(regressor("LinearSVR",
                           {real("epsilon", 0.0, 0.0, "Half width of the tube without loss."),
                            choice("loss", {"epsilon_insensitive", "squared_epsilon_insensitive"},
                                   "Loss of a row outside the tube."),
                            inverse_strength(), intercept(), iterations(10000), tolerance(1e-6)},
                           [](const Settings& settings, const Dataset& data, RandomStream random) {
                             return fit_support_regression(
                                 data.features, data.targets,
                                 support_from(settings, "squared_epsilon_insensitive"),
                                 std::move(random));
                           }));
}

constexpr const char* loss_names[] = {
    "hinge",          "squared_hinge",       "log_loss",
    "modified_huber", "perceptron",          "squared_error",
    "huber",          "epsilon_insensitive", "squared_epsilon_insensitive"};
constexpr const char* rate_names[] = {"constant", "optimal", "invscaling", "adaptive"};

template <std::size_t count>
std::size_t position(const char* const (&names)[count], const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - std::begin(names));
}

StochasticSpec stochastic_from(const Settings& settings) {
  const std::string& penalty = settings.text("penalty");
  const double mixed = penalty == "elasticnet" ? settings.real("l1_ratio") : 0.0;
  return {.loss = static_cast<StochasticLoss>(position(loss_names, settings.text("loss"))),
          .alpha = settings.real("alpha"),
          .l1_ratio = penalty == "l1" ? 1.0 : mixed,
          .epsilon = settings.real("epsilon"),
          .fit_intercept = settings.flag("fit_intercept"),
          .max_iterations = settings.integer("max_iter"),
          .tolerance = settings.real("tol"),
          .patience = settings.integer("n_iter_no_change"),
          .rate = static_cast<StochasticRate>(position(rate_names, settings.text("learning_rate"))),
          .first_rate = settings.real("eta0"),
          .power = settings.real("power_t")};
}

Rules stochastic_rules(std::vector<std::string> losses, std::vector<std::string> rates,
                       double power) {
  return {choice("loss", std::move(losses), "Loss of one row."),
          choice("penalty", {"l2", "l1", "elasticnet"}, "Penalty on the coefficients."),
          positive("alpha", 1e-4, "Strength of the penalty on the coefficients."),
          share("l1_ratio", 0.15, "Part of the absolute values in the penalty \"elasticnet\"."),
          intercept(),
          iterations(1000),
          tolerance(1e-3),
          real("epsilon", 0.1, 0.0, "Threshold of the Huber and the insensitive losses."),
          choice("learning_rate", std::move(rates), "How the step changes with time."),
          positive("eta0", 0.01, "First step of every rate but \"optimal\"."),
          real("power_t", power, -10.0, "Exponent of \"invscaling\"."),
          whole("n_iter_no_change", 5, 1, 1e9, "Epochs without gain before the end.")};
}

void add_stochastic(std::vector<Estimator>& list) {
  list.push_back(classifier(
      "SGDClassifier",
      stochastic_rules({"log_loss", "modified_huber", "hinge", "squared_hinge", "perceptron"},
                       {"optimal", "constant", "invscaling", "adaptive"}, 0.5),
      [](const Settings& settings, const Dataset& data, RandomStream random) {
        return fit_stochastic_classes(data.features, data.labels, data.classes.size(),
                                      stochastic_from(settings), std::move(random));
      }));
  list.push_back(regressor(
      "SGDRegressor",
      stochastic_rules(
          {"squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive"},
          {"invscaling", "constant", "optimal", "adaptive"}, 0.25),
      [](const Settings& settings, const Dataset& data, RandomStream random) {
        return fit_stochastic(data.features, data.targets, stochastic_from(settings),
                              std::move(random));
      }));
}

/// Scores are logarithms if "link" says so; "auto" takes logarithms for powers above 0.
bool is_logarithmic(const Settings& settings) {
  const std::string& link = settings.text("link");
  return link == "log" || (link == "auto" && settings.real("power") > 0);
}

LinearFit generalized(const Settings& settings, const Dataset& data, double power, bool log_link) {
  return fit_generalized(data.features, data.targets,
                         {.power = power,
                          .log_link = log_link,
                          .alpha = settings.real("alpha"),
                          .fit_intercept = settings.flag("fit_intercept"),
                          .descent = descent_from(settings)});
}

void add_generalized(std::vector<Estimator>& list) {
  const Rules shared = {strength(1.0), intercept(), iterations(1000), tolerance(1e-6)};
  const auto always = [](const Settings&) { return true; };
  list.push_back(regressor(
      "PoissonRegressor", shared,
      [](const Settings& settings, const Dataset& data, RandomStream) {
        return generalized(settings, data, 1.0, true);
      },
      always));
  list.push_back(regressor(
      "GammaRegressor", shared,
      [](const Settings& settings, const Dataset& data, RandomStream) {
        return generalized(settings, data, 2.0, true);
      },
      always));
  Rules tweedie = shared;
  SettingRule power = real("power", 0.0, 0.0, "Variance of a target is its mean to this power.");
  power.high = 3.0;
  tweedie.push_back(power);
  tweedie.push_back(choice("link", {"auto", "identity", "log"}, "What scores are of the mean."));
  list.push_back(regressor(
      "TweedieRegressor", tweedie,
      [](const Settings& settings, const Dataset& data, RandomStream) {
        return generalized(settings, data, settings.real("power"), is_logarithmic(settings));
      },
      is_logarithmic));
}

}  // namespace

std::vector<Estimator> linear_estimators() {
  std::vector<Estimator> list;
  add_least_squares(list);
  add_logistic(list);
  add_support_vectors(list);
  add_stochastic(list);
  add_generalized(list);
  return list;
}

}  // namespace basalt::learn
