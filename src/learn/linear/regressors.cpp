// The linear regressors that recipes can name: their settings and how they are trained.
#include "base/error.hpp"
#include "learn/linear/estimators.hpp"
#include "learn/linear/generalized.hpp"
#include "learn/linear/least_squares.hpp"
#include "learn/linear/stochastic_settings.hpp"
#include "learn/linear/support_vector.hpp"

namespace basalt::learn {
namespace {

using Rules = std::vector<SettingRule>;

SettingRule strength() {
  return rules::real("alpha", 1.0, 0.0, "Strength of the penalty on the coefficients.");
}

SettingRule only_positive() {
  return rules::flag("positive", false, "Forbids coefficients below 0.");
}

SettingRule selection() {
  return rules::choice("selection", {"cyclic", "random"},
                       "Order in which the coefficients are visited; the optimum is the same.");
}

ElasticNetSpec net_from(const Settings& settings, double alpha, double l1_ratio) {
  return {.alpha = alpha,
          .l1_ratio = l1_ratio,
          .fit_intercept = settings.flag("fit_intercept"),
          .positive = settings.flag("positive"),
          .max_iterations = settings.integer("max_iter"),
          .tolerance = settings.real("tol")};
}

/// Least squares without coefficients below 0: coordinate descent with a quadratic penalty only.
LinearFit positive_squares(const Settings& settings, const Dataset& data, double alpha) {
  const auto rows = static_cast<double>(data.rows());
  return fit_elastic_net(data.features, data.targets, net_from(settings, alpha / rows, 0.0));
}

LinearFit least_squares(const Settings& settings, const Dataset& data, RandomStream) {
  if (settings.flag("positive")) return positive_squares(settings, data, 0.0);
  return fit_least_squares(data.features, data.targets, settings.flag("fit_intercept"));
}

LinearFit ridge(const Settings& settings, const Dataset& data, RandomStream) {
  const double alpha = settings.real("alpha");
  if (settings.flag("positive")) return positive_squares(settings, data, alpha);
  return fit_ridge(data.features, data.targets, alpha, settings.flag("fit_intercept"));
}

LinearFit lasso(const Settings& settings, const Dataset& data, RandomStream) {
  return fit_elastic_net(data.features, data.targets,
                         net_from(settings, settings.real("alpha"), 1.0));
}

LinearFit elastic_net(const Settings& settings, const Dataset& data, RandomStream) {
  return fit_elastic_net(data.features, data.targets,
                         net_from(settings, settings.real("alpha"), settings.real("l1_ratio")));
}

void add_least_squares(std::vector<Estimator>& list) {
  const SettingRule precompute =
      rules::unused("precompute", "the solver needs no products of the features");
  list.push_back(linear_regressor(
      "LinearRegression",
      {intercept_rule(), only_positive(), iterations_rule(100000), tolerance_rule(1e-10)},
      least_squares));
  list.push_back(linear_regressor(
      "Ridge",
      {strength(), intercept_rule(), only_positive(), iterations_rule(100000),
       tolerance_rule(1e-10),
       solver_rule({"auto", "svd", "cholesky", "lsqr", "sparse_cg", "sag", "saga", "lbfgs"})},
      ridge));
  list.push_back(
      linear_regressor("Lasso",
                       {strength(), intercept_rule(), only_positive(), iterations_rule(1000),
                        tolerance_rule(1e-4), selection(), precompute},
                       lasso));
  list.push_back(linear_regressor(
      "ElasticNet",
      {strength(),
       rules::share("l1_ratio", 0.5, 0.0, "Part of the absolute values in the penalty."),
       intercept_rule(), only_positive(), iterations_rule(1000), tolerance_rule(1e-4), selection(),
       precompute},
      elastic_net));
}

LinearFit support_regression(const Settings& settings, const Dataset& data, RandomStream random) {
  return fit_support_regression(data.features, data.targets,
                                {.inverse_penalty = settings.real("C"),
                                 .epsilon = settings.real("epsilon"),
                                 .squared = settings.text("loss") == "squared_epsilon_insensitive",
                                 .fit_intercept = settings.flag("fit_intercept"),
                                 .intercept_scaling = settings.real("intercept_scaling"),
                                 .descent = descent_from(settings)},
                                std::move(random));
}

void add_descents(std::vector<Estimator>& list) {
  list.push_back(linear_regressor(
      "LinearSVR",
      {rules::real("epsilon", 0.0, 0.0, "Half width of the tube without loss."),
       rules::choice("loss", {"epsilon_insensitive", "squared_epsilon_insensitive"},
                     "Loss of a row outside the tube."),
       inverse_strength_rule(), intercept_rule(),
       rules::positive("intercept_scaling", 1.0,
                       "The constant feature whose penalized weight makes the intercept."),
       iterations_rule(10000), tolerance_rule(1e-6),
       rules::unused("dual", "one solver serves both forms")},
      support_regression));
  list.push_back(linear_regressor(
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

Rules generalized_rules() {
  return {strength(), intercept_rule(), iterations_rule(1000), tolerance_rule(1e-6),
          solver_rule({"lbfgs", "newton-cholesky"})};
}

/// Regression with a logarithmic link and a fixed law.
Estimator of_law(const char* name, double power) {
  return linear_regressor(
      name, generalized_rules(),
      [power](const Settings& settings, const Dataset& data, RandomStream) {
        return generalized(settings, data, power, true);
      },
      [](const Settings&) { return true; });
}

Estimator tweedie() {
  Rules rules = generalized_rules();
  SettingRule power =
      rules::real("power", 0.0, -100.0, "Variance of a target is its mean to this power.");
  power.high = 100.0;
  rules.push_back(power);
  rules.push_back(
      rules::choice("link", {"auto", "identity", "log"}, "What scores are of the mean."));
  return linear_regressor(
      "TweedieRegressor", std::move(rules),
      [](const Settings& settings, const Dataset& data, RandomStream) {
        const double chosen = settings.real("power");
        if (chosen > 0 && chosen < 1) {
          throw Error(ErrorCode::invalid_argument,
                      concat("\"power\" is ", chosen,
                             ", expected at most 0 or at least 1: no law lies "
                             "between"),
                      "power");
        }
        return generalized(settings, data, chosen, is_logarithmic(settings));
      },
      is_logarithmic);
}

}  // namespace

std::vector<Estimator> linear_regressors() {
  std::vector<Estimator> list;
  add_least_squares(list);
  add_descents(list);
  list.push_back(of_law("PoissonRegressor", 1.0));
  list.push_back(of_law("GammaRegressor", 2.0));
  list.push_back(tweedie());
  return list;
}

}  // namespace basalt::learn
