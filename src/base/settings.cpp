#include "base/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/error.hpp"

namespace basalt {
namespace {

const char* name_of(SettingType type) {
  switch (type) {
    case SettingType::boolean:
      return "true or false";
    case SettingType::integer:
      return "an integer";
    case SettingType::real:
      return "a number";
    case SettingType::text:
      return "a text";
    case SettingType::integers:
      return "a list of integers";
    case SettingType::reals:
      return "a list of numbers";
    case SettingType::texts:
      return "a list of texts";
  }
  return "";
}

[[noreturn]] void refuse(const std::string& name, const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message, name);
}

/// `value` as `type`, with integers widened to reals where asked for.
std::optional<SettingValue> converted(SettingValue value, SettingType type) {
  if (type == SettingType::real) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      return SettingValue(static_cast<double>(*whole));
    }
  }
  if (type == SettingType::reals) {
    if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&value)) {
      return SettingValue(std::vector<double>(whole->begin(), whole->end()));
    }
  }
  if (value.index() != static_cast<std::size_t>(type)) return std::nullopt;
  return value;
}

void check_number(const SettingRule& rule, double number) {
  const bool inside = number >= rule.low && number <= rule.high && std::isfinite(number) &&
                      (!rule.positive || number > 0);
  if (inside) return;
  std::string limits = rule.positive ? std::string("above 0") : cat("at least ", rule.low);
  if (rule.high < 1e308) limits += cat(" and at most ", rule.high);
  refuse(rule.name, cat("\"", rule.name, "\" is ", number, ", expected ", limits));
}

void check_text(const SettingRule& rule, const std::string& text) {
  if (rule.choices.empty() || std::ranges::count(rule.choices, text) > 0) return;
  std::string known;
  for (const std::string& choice : rule.choices) known += (known.empty() ? "" : ", ") + choice;
  const std::string near = nearest_name(text, rule.choices);
  refuse(rule.name, cat("\"", rule.name, "\" is \"", text, "\", expected one of ", known,
                        near.empty() ? "" : cat("; did you mean \"", near, "\"?")));
}

void check_limits(const SettingRule& rule, const SettingValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    check_number(rule, static_cast<double>(*whole));
  }
  if (const auto* number = std::get_if<double>(&value)) check_number(rule, *number);
  if (const auto* text = std::get_if<std::string>(&value)) check_text(rule, *text);
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
    for (const std::int64_t item : *list) check_number(rule, static_cast<double>(item));
  }
  if (const auto* list = std::get_if<std::vector<double>>(&value)) {
    for (const double item : *list) check_number(rule, item);
  }
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    for (const std::string& item : *list) check_text(rule, item);
  }
}

template <class T>
const T& stored(const std::map<std::string, SettingValue>& values, const std::string& name) {
  const auto found = values.find(name);
  require(found != values.end(), ErrorCode::internal, "settings: \"", name, "\" is not set");
  const T* value = std::get_if<T>(&found->second);
  require(value != nullptr, ErrorCode::internal, "settings: \"", name, "\" has another type");
  return *value;
}

template <class T>
std::string list_text(const std::vector<T>& items) {
  std::string text = "[";
  for (const T& item : items) text += (text.size() > 1 ? ", " : "") + to_text(SettingValue(item));
  return text + "]";
}

}  // namespace

void Settings::set(std::span<const SettingRule> rules, const std::string& name,
                   SettingValue value) {
  const auto rule = std::ranges::find(rules, name, &SettingRule::name);
  if (rule == rules.end()) {
    std::vector<std::string> known;
    for (const SettingRule& candidate : rules) known.push_back(candidate.name);
    const std::string near = nearest_name(name, known);
    refuse(name, cat("unknown key \"", name, "\"",
                     near.empty() ? "" : cat("; did you mean \"", near, "\"?")));
  }
  if (!rule->forbidden.empty()) refuse(name, rule->forbidden);
  std::optional<SettingValue> checked = converted(std::move(value), rule->type);
  if (!checked) refuse(name, cat("\"", name, "\" must be ", name_of(rule->type)));
  check_limits(*rule, *checked);
  values_[name] = std::move(*checked);
}

void Settings::complete(std::span<const SettingRule> rules) {
  for (const SettingRule& rule : rules) {
    if (has(rule.name) || !rule.forbidden.empty()) continue;
    if (rule.required) refuse(rule.name, cat("\"", rule.name, "\" is missing: ", rule.meaning));
    values_[rule.name] = rule.fallback;
  }
}

bool Settings::flag(const std::string& name) const {
  return stored<bool>(values_, name);
}
std::int64_t Settings::integer(const std::string& name) const {
  return stored<std::int64_t>(values_, name);
}
double Settings::real(const std::string& name) const {
  const auto found = values_.find(name);
  if (found != values_.end()) {
    if (const auto* whole = std::get_if<std::int64_t>(&found->second)) {
      return static_cast<double>(*whole);
    }
  }
  return stored<double>(values_, name);
}
const std::string& Settings::text(const std::string& name) const {
  return stored<std::string>(values_, name);
}
const std::vector<std::int64_t>& Settings::integers(const std::string& name) const {
  return stored<std::vector<std::int64_t>>(values_, name);
}
const std::vector<double>& Settings::reals(const std::string& name) const {
  return stored<std::vector<double>>(values_, name);
}
const std::vector<std::string>& Settings::texts(const std::string& name) const {
  return stored<std::vector<std::string>>(values_, name);
}

std::string to_text(const SettingValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) {
    // The shortest text that reads back as the same number, recognisable as a real.
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *number).ptr;
    const std::string text(buffer.data(), end);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
  }
  if (const auto* text = std::get_if<std::string>(&value)) return "\"" + *text + "\"";
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) return list_text(*list);
  if (const auto* list = std::get_if<std::vector<double>>(&value)) return list_text(*list);
  return list_text(std::get<std::vector<std::string>>(value));
}

}  // namespace basalt
