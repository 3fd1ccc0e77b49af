#include "learn/linear/estimators.hpp"

#include "base/error.hpp"
#include "learn/estimator/class_weight.hpp"

namespace basalt::learn {
namespace {

using Rules = std::vector<SettingRule>;

/// Adds the settings that every linear estimator has.
Rules completed(Rules rules) {
  rules.push_back(rules::whole("n_bits", 8, 2, 16, "Bits of quantized features and weights."));
  rules.push_back(
      rules::whole("n_bits__op_inputs", 0, 0, 16, "Bits of quantized features; 0: as n_bits."));
  rules.push_back(rules::whole("n_bits__op_weights", 0, 0, 16, "Bits of weights; 0: as n_bits."));
  for (SettingRule& rule : rules::set_outside_the_model()) rules.push_back(std::move(rule));
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

}  // namespace

Estimator linear_classifier(const char* name, Rules rules, LinearClassSolver solve) {
  rules.push_back(class_weight_rule());
  return {
      name, Task::classification, completed(std::move(rules)),
      [solve = std::move(solve)](const Settings& settings, const Dataset& data, RandomStream random,
                                 const TrainingHooks&, std::vector<EpochRecord>&) {
        const std::string& weights = settings.text("class_weight");
        const auto fit = [&](const Dataset& rows, const Vector<double>& own, RandomStream stream) {
          return solve(settings, rows, own, std::move(stream));
        };
        const LinearBits bits = bits_from(settings);
        if (data.classes.size() > 2 && settings.text("multi_class") == "ovo") {
          return quantize(fit_pairs(fit, data, weights, random), data.features, bits,
                          LinearLink::one_vs_one);
        }
        const auto link = data.classes.size() == 2 ? LinearLink::sign : LinearLink::argmax;
        return quantize(fit(data, row_weights(weights, data), std::move(random)), data.features,
                        bits, link);
      }};
}

Estimator linear_regressor(const char* name, Rules rules, LinearSolver solve,
                           std::function<bool(const Settings&)> logarithmic) {
  return {name, Task::regression, completed(std::move(rules)),
          [solve = std::move(solve), logarithmic = std::move(logarithmic)](
              const Settings& settings, const Dataset& data, RandomStream random,
              const TrainingHooks&, std::vector<EpochRecord>&) {
            const bool is_log = logarithmic && logarithmic(settings);
            return quantize(solve(settings, data, std::move(random)), data.features,
                            bits_from(settings),
                            is_log ? LinearLink::exponential : LinearLink::identity);
          }};
}

SettingRule intercept_rule() {
  return rules::flag("fit_intercept", true, "Whether the model has a free constant.");
}

SettingRule iterations_rule(std::int64_t fallback) {
  return rules::whole("max_iter", fallback, 1, 1e9, "Most iterations of the solver.");
}

SettingRule tolerance_rule(double fallback) {
  return rules::positive("tol", fallback,
                         "Where the solver stops; smaller is nearer to the optimum.");
}

SettingRule inverse_strength_rule() {
  return rules::positive("C", 1.0, "Inverse strength of the penalty on the coefficients.");
}

SettingRule several_classes_rule(std::vector<std::string> names) {
  names.emplace_back("ovo");
  return rules::choice("multi_class", std::move(names),
                       "Several classes: one score each, or with \"ovo\" one per pair of them.");
}

SettingRule solver_rule(std::vector<std::string> names) {
  return rules::choice("solver", std::move(names),
                       "Accepted for other libraries' recipes; the optimum is the same.");
}

MinimizerSpec descent_from(const Settings& settings) {
  return {.max_iterations = settings.integer("max_iter"), .tolerance = settings.real("tol")};
}

std::vector<Estimator> linear_estimators() {
  std::vector<Estimator> list = linear_regressors();
  for (Estimator& estimator : linear_classifiers()) list.push_back(std::move(estimator));
  return list;
}

}  // namespace basalt::learn
