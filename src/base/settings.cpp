#include "base/settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

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

/// One value where a list is asked for is a list of one.
SettingValue listed(SettingValue value, SettingType type) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  const auto* number = std::get_if<double>(&value);
  const auto* text = std::get_if<std::string>(&value);
  if (type == SettingType::integers && whole != nullptr) return std::vector<std::int64_t>{*whole};
  if (type == SettingType::reals && whole != nullptr) {
    return std::vector<double>{static_cast<double>(*whole)};
  }
  if (type == SettingType::reals && number != nullptr) return std::vector<double>{*number};
  if (type == SettingType::texts && text != nullptr) return std::vector<std::string>{*text};
  return value;
}

/// `value` as the type of `rule`: integers widened to reals, false and true as 0 and 1 where 0 is
/// allowed, where that is asked for.
std::optional<SettingValue> converted(const SettingRule& rule, SettingValue value) {
  value = listed(std::move(value), rule.type);
  if (rule.type == SettingType::real) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      return SettingValue(static_cast<double>(*whole));
    }
  }
  if (rule.type == SettingType::reals) {
    if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&value)) {
      return SettingValue(std::vector<double>(whole->begin(), whole->end()));
    }
  }
  if (rule.type == SettingType::integer && rule.low <= 0) {
    if (const auto* flag = std::get_if<bool>(&value)) return SettingValue(std::int64_t{*flag});
  }
  if (value.index() != static_cast<std::size_t>(rule.type)) return std::nullopt;
  return value;
}

/// Letters of a name without its case.
std::string lowered(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return letters;
}

/// The choice that `text` means: itself, or the same name in another case or with the path of its
/// Python module before it, such as torch.nn.ReLU. Other texts stay as they are.
std::string chosen(const std::vector<std::string>& choices, const std::string& text) {
  if (std::ranges::count(choices, text) > 0 || text.empty()) return text;
  const std::size_t dot = text.rfind('.');
  const bool has_path = dot != std::string::npos && dot > 0 &&
                        std::isalpha(static_cast<unsigned char>(text.front())) != 0;
  const std::string name = lowered(has_path ? text.substr(dot + 1) : text);
  for (const std::string& choice : choices) {
    if (lowered(choice) == name) return choice;
  }
  return text;
}

void choose(const SettingRule& rule, SettingValue& value) {
  if (auto* text = std::get_if<std::string>(&value)) *text = chosen(rule.choices, *text);
  if (auto* list = std::get_if<std::vector<std::string>>(&value)) {
    for (std::string& text : *list) text = chosen(rule.choices, text);
  }
}

/// Whole numbers in full, others as streams write them.
std::string number_text(double number) {
  const bool is_whole = std::abs(number) < 1e15 && number == std::floor(number);
  return is_whole ? std::to_string(static_cast<std::int64_t>(number)) : concat(number);
}

void check_number(const SettingRule& rule, double number) {
  const bool inside = number >= rule.low && number <= rule.high && std::isfinite(number) &&
                      (!rule.positive || number > 0);
  if (inside) return;
  std::string limits = rule.positive ? std::string("above 0") : "at least " + number_text(rule.low);
  if (rule.high < 1e308) limits += " and at most " + number_text(rule.high);
  refuse(rule.name, concat("\"", rule.name, "\" is ", number_text(number), ", expected ", limits));
}

void check_text(const SettingRule& rule, const std::string& text) {
  if (rule.choices.empty() || std::ranges::count(rule.choices, text) > 0) return;
  const std::string near = nearest_name(text, rule.choices);
  refuse(rule.name,
         concat("\"", rule.name, "\" is \"", text, "\", expected one of ", joined(rule.choices),
                near.empty() ? "" : concat("; did you mean \"", near, "\"?")));
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

/// The parts of a setting that is forbidden as a whole, as n_bits__op_inputs of n_bits.
void refuse_part(std::span<const SettingRule> rules, const std::string& name) {
  const std::size_t end = name.find("__");
  if (end == std::string::npos) return;
  const std::string whole = name.substr(0, end);
  const auto has_other_parts = [&](const SettingRule& rule) {
    return rule.name.starts_with(whole + "__");
  };
  const auto rule = std::ranges::find(rules, whole, &SettingRule::name);
  if (rule == rules.end() || rule->forbidden.empty()) return;
  if (std::ranges::none_of(rules, has_other_parts)) refuse(name, rule->forbidden);
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
  const auto text_of = [](const T& item) { return to_text(SettingValue(item)); };
  return "[" + joined(items, ", ", text_of) + "]";
}

}  // namespace

void Settings::set(std::span<const SettingRule> rules, const std::string& name,
                   SettingValue value) {
  const auto rule = std::ranges::find(rules, name, &SettingRule::name);
  if (rule == rules.end()) {
    refuse_part(rules, name);
    std::vector<std::string> known;
    for (const SettingRule& candidate : rules) known.push_back(candidate.name);
    const std::string near = nearest_name(name, known);
    refuse(name, concat("unknown key \"", name, "\"",
                        near.empty() ? "" : concat("; did you mean \"", near, "\"?")));
  }
  if (!rule->forbidden.empty()) refuse(name, rule->forbidden);
  std::optional<SettingValue> checked = converted(*rule, std::move(value));
  if (!checked) refuse(name, concat("\"", name, "\" must be ", name_of(rule->type)));
  choose(*rule, *checked);
  check_limits(*rule, *checked);
  values_[name] = std::move(*checked);
}

void Settings::complete(std::span<const SettingRule> rules) {
  for (const SettingRule& rule : rules) {
    if (has(rule.name) || !rule.forbidden.empty()) continue;
    if (rule.required) refuse(rule.name, concat("\"", rule.name, "\" is missing: ", rule.meaning));
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
