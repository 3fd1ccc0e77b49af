// Every setting of every estimator as a page, from the tables that check them.
#pragma once

#include <string>

#include "learn/estimator/train.hpp"

namespace basalt::learn {

/// What a setting may be: "1 to 8", "above 0", "ReLU, Tanh, …".
std::string values_text(const SettingRule& rule);

/// The page in Markdown: default, values and meaning of each setting of the estimators whose name
/// begins so, or like one of several separated by commas.
std::string settings_page(const std::string& beginnings);

}  // namespace basalt::learn
