// The linear classifiers that recipes can name: their settings and how they are trained.

#include "base/error.hpp"
#include "base/text.hpp"
#include "learn/linear/discriminant.hpp"
#include "learn/linear/estimators.hpp"
#include "learn/linear/logistic.hpp"
#include "learn/linear/stochastic_settings.hpp"
#include "learn/linear/support_vector.hpp"

namespace basalt::learn {
namespace {

LinearFit logistic(const Settings& settings, const Dataset& data, const Vector<double>& row_weights,
                   RandomStream) {
  constexpr double no_penalty = 1e300;
  const std::string& penalty = settings.text("penalty");
  const double mixed = penalty == "elasticnet" ? settings.real("l1_ratio") : 0.0;
  return fit_logistic(data.features, data.labels, data.classes.size(),
                      {.inverse_penalty = penalty == "none" ? no_penalty : settings.real("C"),
                       .l1_ratio = penalty == "l1" ? 1.0 : mixed,
                       .fit_intercept = settings.flag("fit_intercept"),
                       .row_weights = row_weights,
                       .descent = descent_from(settings)});
}

Estimator logistic_regression() {
  return linear_classifier(
      "LogisticRegression",
      {rules::choice("penalty", {"l2", "l1", "elasticnet", "none"}, "Penalty on the coefficients."),
       inverse_strength_rule(),
       rules::share("l1_ratio", 0.5, 0.0,
                    "Part of the absolute values in the penalty \"elasticnet\"."),
       intercept_rule(), solver_rule({"lbfgs", "newton-cg", "newton-cholesky", "sag", "saga"}),
       several_classes_rule({"auto", "multinomial"}), iterations_rule(1000), tolerance_rule(1e-6),
       rules::unused("dual", "one solver serves both forms"),
       rules::unused("intercept_scaling", "the intercept is not penalized")},
      logistic);
}

LinearFit support_vectors(const Settings& settings, const Dataset& data,
                          const Vector<double>& row_weights, RandomStream random) {
  const bool squared = settings.text("loss") == "squared_hinge";
  const bool absolute = settings.text("penalty") == "l1";
  if (absolute && !squared) {
    throw Error(ErrorCode::invalid_argument,
                "\"penalty\" is \"l1\", which needs the loss \"squared_hinge\"", "penalty");
  }
  return fit_support_vectors(data.features, data.labels, data.classes.size(),
                             {.inverse_penalty = settings.real("C"),
                              .squared = squared,
                              .absolute = absolute,
                              .fit_intercept = settings.flag("fit_intercept"),
                              .intercept_scaling = settings.real("intercept_scaling"),
                              .row_weights = row_weights,
                              .descent = descent_from(settings)},
                             std::move(random));
}

Estimator linear_svc() {
  return linear_classifier(
      "LinearSVC",
      {rules::choice("penalty", {"l2", "l1"}, "Penalty on the coefficients."),
       rules::choice("loss", {"squared_hinge", "hinge"}, "Loss of a row inside the margin."),
       inverse_strength_rule(), intercept_rule(),
       rules::positive("intercept_scaling", 1.0,
                       "The constant feature whose penalized weight makes the intercept."),
       several_classes_rule({"ovr"}), iterations_rule(10000), tolerance_rule(1e-6),
       rules::unused("dual", "one solver serves both forms")},
      support_vectors);
}

LinearFit stochastic(const Settings& settings, const Dataset& data,
                     const Vector<double>& row_weights, RandomStream random) {
  StochasticSpec spec = stochastic_from(settings);
  spec.row_weights = row_weights;
  return fit_stochastic_classes(data.features, data.labels, data.classes.size(), spec,
                                std::move(random));
}

Estimator sgd_classifier() {
  std::vector<SettingRule> rules =
      stochastic_rules({"log_loss", "modified_huber", "hinge", "squared_hinge", "perceptron"},
                       {"optimal", "constant", "invscaling", "adaptive"}, 0.5);
  rules.push_back(several_classes_rule({"ovr"}));
  return linear_classifier("SGDClassifier", std::move(rules), stochastic);
}

/// "none", "auto" (no value) or a number.
std::optional<double> shrinkage_from(const std::string& text) {
  if (text == "none") return 0.0;
  if (text == "auto") return std::nullopt;
  const double number = parse_number<double>(text).value_or(-1.0);
  if (!(number >= 0.0 && number <= 1.0)) {
    throw Error(
        ErrorCode::invalid_argument,
        concat("\"shrinkage\" is \"", text, "\", expected none, auto or a number from 0 to 1"),
        "shrinkage");
  }
  return number;
}

/// What the settings give, or else each class's part of the weights of all rows.
Vector<double> priors_from(const Settings& settings, const Dataset& data,
                           const Vector<double>& row_weights) {
  const std::vector<double>& given = settings.reals("priors");
  Vector<double> priors = Vector<double>::Zero(static_cast<Eigen::Index>(data.classes.size()));
  if (given.empty()) {
    for (std::size_t row = 0; row < data.rows(); ++row) {
      priors(data.labels[row]) += row_weights(static_cast<Eigen::Index>(row));
    }
    return priors;
  }
  const bool in_pairs = settings.text("multi_class") == "ovo" && given.size() > 2;
  if (in_pairs || settings.text("class_weight") != "none") {
    throw Error(ErrorCode::invalid_argument,
                in_pairs
                    ? concat("\"priors\" name ", given.size(),
                             " classes, a pair of \"ovo\" has two; set \"class_weight\"")
                    : concat("\"priors\" and \"class_weight\" both say how much a class counts; "
                             "set one of them"),
                "priors");
  }
  return Eigen::Map<const Vector<double>>(given.data(), static_cast<Eigen::Index>(given.size()));
}

LinearFit discriminant(const Settings& settings, const Dataset& data,
                       const Vector<double>& row_weights, RandomStream) {
  return fit_discriminant(data.features, data.labels, data.classes.size(),
                          {.priors = priors_from(settings, data, row_weights),
                           .shrinkage = shrinkage_from(settings.text("shrinkage")),
                           .tolerance = settings.real("tol")});
}

Estimator linear_discriminant_analysis() {
  return linear_classifier(
      "LinearDiscriminantAnalysis",
      {solver_rule({"svd", "lsqr", "eigen"}),
       rules::text("shrinkage", "none",
                   "How far each class's covariance is drawn to a multiple of the identity: none, "
                   "auto (Ledoit and Wolf) or 0 to 1."),
       {.name = "priors",
        .type = SettingType::reals,
        .fallback = std::vector<double>{},
        .low = 0.0,
        .meaning = "Shares of the classes in the order of their labels, divided by their sum; "
                   "empty: those of the training rows."},
       rules::real("tol", 1e-4, 0.0,
                   "Directions within the classes of less deviation are left out."),
       several_classes_rule({"auto"}),
       rules::unused("n_components", "all discriminants are used"),
       rules::unused("store_covariance", "the model keeps its coefficients only"),
       rules::unused("covariance_estimator", "set \"shrinkage\"")},
      discriminant);
}

}  // namespace

std::vector<Estimator> linear_classifiers() {
  return {logistic_regression(), linear_svc(), sgd_classifier(), linear_discriminant_analysis()};
}

}  // namespace basalt::learn
