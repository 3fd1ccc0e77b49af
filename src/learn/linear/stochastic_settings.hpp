// The settings of stochastic descent, by the names of scikit-learn.
#pragma once

#include <string>
#include <vector>

#include "base/settings.hpp"
#include "learn/linear/stochastic.hpp"

namespace basalt::learn {

/// Rules of SGDClassifier and SGDRegressor; the first loss and rate are the defaults.
std::vector<SettingRule> stochastic_rules(std::vector<std::string> losses,
                                          std::vector<std::string> rates, double power);

/// The descent that settings of these rules describe; rows weigh 1.
StochasticSpec stochastic_from(const Settings& settings);

}  // namespace basalt::learn
