// Named settings and the tables that say which names and values are allowed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/digest.hpp"

namespace basalt {

/// What a setting can hold. An integer is accepted where a real is expected.
using SettingValue = std::variant<bool, std::int64_t, double, std::string,
                                  std::vector<std::int64_t>, std::vector<double>,
                                  std::vector<std::string>>;

enum class SettingType { boolean, integer, real, text, integers, reals, texts };

/// One allowed setting: its name as users know it, its type, default and limits.
struct SettingRule {
  std::string name;
  SettingType type = SettingType::integer;
  SettingValue fallback;                ///< Value if the user gives none.
  double low = -1e308, high = 1e308;    ///< Inclusive limits of numbers (of each element of lists).
  std::vector<std::string> choices{};   ///< Allowed texts; empty: any.
  std::string meaning{};                ///< One sentence for --help and errors.
  bool positive = false;                ///< The number must be greater than 0.
  bool required = false;                ///< No default: the user must give it.
  std::string forbidden{};              ///< Not for users: the sentence they get instead.
};

/// Named values, checked against a table of rules. Immutable names, ordered, so that two equal
/// settings have one digest.
class Settings {
 public:
  Settings() = default;

  /// Checks `value` against the rule of `name` and stores it.
  /// Errors: invalid_argument with subject `name` if the name is unknown (the nearest one is
  /// proposed), the type is wrong or the value is outside its limits.
  void set(std::span<const SettingRule> rules, const std::string& name, SettingValue value);

  /// Adds the default of every rule that has no value yet.
  /// Errors: invalid_argument with the subject if a required setting is missing.
  void complete(std::span<const SettingRule> rules);

  bool has(const std::string& name) const { return values_.contains(name); }
  const std::map<std::string, SettingValue>& values() const noexcept { return values_; }

  /// Errors: internal if `name` is absent or of another type.
  bool flag(const std::string& name) const;
  std::int64_t integer(const std::string& name) const;
  double real(const std::string& name) const;  ///< Also of an integer setting.
  const std::string& text(const std::string& name) const;
  const std::vector<std::int64_t>& integers(const std::string& name) const;
  const std::vector<double>& reals(const std::string& name) const;
  const std::vector<std::string>& texts(const std::string& name) const;

  /// Stores without a check; for readers of our own files.
  void restore(const std::string& name, SettingValue value) {
    values_[name] = std::move(value);
  }

 private:
  std::map<std::string, SettingValue> values_;
};

/// The value as TOML would write it: true, 3, 0.5, "text", [1, 2].
std::string to_text(const SettingValue& value);

}  // namespace basalt
