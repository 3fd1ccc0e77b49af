// Short forms of setting rules and their refusals, shared by the lists of estimators.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/settings.hpp"

namespace basalt::learn::rules {

inline SettingRule real(const char* name, double fallback, double low, const char* meaning) {
  return {.name = name,
          .type = SettingType::real,
          .fallback = fallback,
          .low = low,
          .meaning = meaning};
}

inline SettingRule positive(const char* name, double fallback, const char* meaning) {
  SettingRule rule = real(name, fallback, 0.0, meaning);
  rule.positive = true;
  return rule;
}

/// From `low` to 1.
inline SettingRule share(const char* name, double fallback, double low, const char* meaning) {
  SettingRule rule = real(name, fallback, low, meaning);
  rule.high = 1.0;
  return rule;
}

inline SettingRule whole(const char* name, std::int64_t fallback, double low, double high,
                         const char* meaning) {
  return {.name = name, .fallback = fallback, .low = low, .high = high, .meaning = meaning};
}

inline SettingRule flag(const char* name, bool fallback, const char* meaning) {
  return {.name = name, .type = SettingType::boolean, .fallback = fallback, .meaning = meaning};
}

/// The first choice is the default.
inline SettingRule choice(const char* name, std::vector<std::string> choices, const char* meaning) {
  return {.name = name,
          .type = SettingType::text,
          .fallback = choices.front(),
          .choices = choices,
          .meaning = meaning};
}

/// Any text; a reader of its own checks it.
inline SettingRule text(const char* name, const char* fallback, const char* meaning) {
  return {.name = name,
          .type = SettingType::text,
          .fallback = std::string(fallback),
          .meaning = meaning};
}

/// A parameter of other libraries that Basalt answers with a sentence.
inline SettingRule unused(const char* name, const char* sentence) {
  return {.name = name,
          .type = SettingType::text,
          .fallback = std::string(),
          .meaning = sentence,
          .forbidden = std::string("\"") + name + "\": " + sentence};
}

/// What every estimator of other libraries has and a recipe says elsewhere.
inline std::vector<SettingRule> said_elsewhere() {
  return {unused("random_state", "set \"seed\" at the top of the recipe"),
          unused("n_jobs", "use --threads, or mpirun for a sweep"),
          unused("verbose", "every command tells its progress; --quiet silences it"),
          unused("warm_start", "each training starts anew"),
          unused("copy_X", "the data is never changed")};
}

/// Errors: invalid_argument with the setting as subject, always.
[[noreturn]] inline void refuse(const std::string& setting, const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message, setting);
}

}  // namespace basalt::learn::rules
