// Short forms of setting rules, shared by the lists of all estimators.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/settings.hpp"

namespace basalt::learn::rules {

/// A whole number of [low, high].
SettingRule whole(std::string name, std::int64_t fallback, double low, double high,
                  std::string meaning);
/// A number of at least `low`, or of [low, high].
SettingRule real(std::string name, double fallback, double low, std::string meaning);
SettingRule real(std::string name, double fallback, double low, double high, std::string meaning);
/// A number above 0, or of (0, high].
SettingRule positive(std::string name, double fallback, std::string meaning);
SettingRule positive(std::string name, double fallback, double high, std::string meaning);
/// A number of [low, 1].
SettingRule share(std::string name, double fallback, double low, std::string meaning);
SettingRule flag(std::string name, bool fallback, std::string meaning);
/// One of several texts; the first is the default unless another is named.
SettingRule choice(std::string name, std::vector<std::string> choices, std::string meaning);
SettingRule choice(std::string name, std::string fallback, std::vector<std::string> choices,
                   std::string meaning);
/// Accepted with its only value: what the setting would choose is always so.
SettingRule only(std::string name, std::string value, std::string meaning);
/// Any text; a reader of its own checks it.
SettingRule text(std::string name, std::string fallback, std::string meaning);
/// A setting that only gets the sentence `remedy` as an answer.
SettingRule forbidden(std::string name, std::string remedy);
/// A parameter of other libraries that Basalt answers with a sentence.
SettingRule unused(const std::string& name, const std::string& sentence);

/// Parameters of every estimator of other libraries that a recipe or an option sets instead.
std::vector<SettingRule> set_outside_the_model();

/// The rules of these names, and all others; both in the order of `rules`.
std::vector<SettingRule> selected(std::vector<SettingRule> rules,
                                  const std::vector<std::string>& names);
std::vector<SettingRule> without(std::vector<SettingRule> rules,
                                 const std::vector<std::string>& names);
/// `rules`, then `more`.
std::vector<SettingRule> joined(std::vector<SettingRule> rules, std::vector<SettingRule> more);

}  // namespace basalt::learn::rules
