// What the linear estimators share: bits, links and the parameters of every solver.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "learn/estimator/setting_rules.hpp"
#include "learn/estimator/train.hpp"
#include "learn/linear/descent.hpp"
#include "learn/linear/pairs.hpp"
#include "learn/model/linear_model.hpp"

namespace basalt::learn {

/// Real coefficients from settings and standardized data.
using LinearSolver = std::function<LinearFit(const Settings&, const Dataset&, RandomStream)>;

/// The same for classes, with the weight of each row.
using LinearClassSolver = std::function<LinearFit(const Settings&, const Dataset&,
                                                  const Vector<double>& row_weights, RandomStream)>;

/// An estimator of classes; adds the settings of quantization and of class weights to its rules,
/// which must have `multi_class`. Two classes need one score; more classes have one each,
/// or with "ovo" one for each pair of them.
Estimator linear_classifier(const char* name, std::vector<SettingRule> rules,
                            LinearClassSolver solve);

/// An estimator of values; `logarithmic` decides by the settings whether scores are logarithms.
Estimator linear_regressor(const char* name, std::vector<SettingRule> rules, LinearSolver solve,
                           std::function<bool(const Settings&)> logarithmic = {});

/// Settings that many solvers have, by the names of scikit-learn.
SettingRule intercept_rule();
SettingRule iterations_rule(std::int64_t fallback);
SettingRule tolerance_rule(double fallback);
SettingRule inverse_strength_rule();
/// How several classes are distinguished: `names` mean one score per class, "ovo" one per pair.
SettingRule several_classes_rule(std::vector<std::string> names);
/// Names of algorithms that lead to the same optimum: accepted, one of our own serves all.
SettingRule solver_rule(std::vector<std::string> names);
MinimizerSpec descent_from(const Settings& settings);

/// The estimators of linear_classifiers.cpp and linear_regressors.cpp.
std::vector<Estimator> linear_classifiers();
std::vector<Estimator> linear_regressors();

}  // namespace basalt::learn
