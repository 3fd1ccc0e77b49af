#include "learn/estimator/settings_page.hpp"

#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"

namespace basalt::learn {
namespace {

/// Limits beyond this are none for people.
constexpr double beyond_limits = 1e9;

std::string plain(double number) {
  return to_text(SettingValue(number == std::floor(number) && std::abs(number) < 1e15
                                  ? SettingValue(static_cast<std::int64_t>(number))
                                  : SettingValue(number)));
}

std::string limits_text(const SettingRule& rule) {
  const bool has_low = rule.low > -beyond_limits, has_high = rule.high < beyond_limits;
  if (rule.positive) return has_high ? concat("above 0, at most ", plain(rule.high)) : "above 0";
  if (has_low && has_high) return concat(plain(rule.low), " to ", plain(rule.high));
  if (has_low) return concat("at least ", plain(rule.low));
  return has_high ? concat("at most ", plain(rule.high)) : "any number";
}

/// Bars would end a cell of a table.
std::string cell(const std::string& text) {
  std::string safe;
  for (const char c : text) safe += c == '|' ? std::string("\\|") : std::string(1, c);
  return safe;
}

std::string line_of(const SettingRule& rule) {
  const std::string fallback =
      rule.required ? "required" : concat("`", to_text(rule.fallback), "`");
  return concat("| `", rule.name, "` | ", fallback, " | ", cell(values_text(rule)), " | ",
                cell(rule.meaning), " |\n");
}

/// `beginnings`: separated by commas.
bool begins_with_one_of(const std::string& name, const std::string& beginnings) {
  std::stringstream list(beginnings + ",");
  for (std::string beginning; std::getline(list, beginning, ',');) {
    if (name.starts_with(beginning)) return true;
  }
  return false;
}

}  // namespace

std::string values_text(const SettingRule& rule) {
  switch (rule.type) {
    case SettingType::boolean:
      return "true, false";
    case SettingType::text:
    case SettingType::texts: {
      const auto shown = [](const std::string& choice) {
        return choice.empty() ? std::string("\"\"") : choice;
      };
      const std::string list = joined(rule.choices, ", ", shown);
      const bool is_list = rule.type == SettingType::texts;
      return (is_list ? "list of " : "") + (list.empty() ? std::string("text") : list);
    }
    case SettingType::integer:
    case SettingType::real:
      return limits_text(rule);
    case SettingType::integers:
    case SettingType::reals:
      return "list; each " + limits_text(rule);
  }
  return "";
}

std::string settings_page(const std::string& beginnings) {
  std::string page =
      "# Settings of the estimators\n\n"
      "The keys of `[model]` in recipes, made from the tables that check them:\n"
      "`basalt estimators NAME --markdown`. Settings that are refused with a sentence are not "
      "listed.\n";
  for (const Estimator& estimator : estimators()) {
    if (!begins_with_one_of(estimator.name, beginnings)) continue;
    page += concat("\n## ", estimator.name, "\n\n| setting | default | values | meaning |\n",
                   "|---|---|---|---|\n");
    for (const SettingRule& rule : estimator.rules) {
      if (rule.forbidden.empty()) page += line_of(rule);
    }
  }
  return page;
}

}  // namespace basalt::learn
