#include "io/config/space_section.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "pipeline/make_recipe.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::io {
namespace {

[[noreturn]] void refuse(const std::string& file, int line, const std::string& key,
                         const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message, key, Place{file, line});
}

/// Every searched key may come from one of these places.
struct Owner {
  std::string section;
  std::span<const SettingRule> rules;
};

std::vector<Owner> owners_of(std::span<const SettingRule> model_rules) {
  return {{"model", model_rules},
          {"fhe", pipeline::fhe_rules()},
          {"data", pipeline::data_rules()},
          {"", pipeline::top_rules().subspan(1)}};  // the seed may be searched, the name may not
}

const SettingRule* rule_named(std::span<const SettingRule> rules, const std::string& key) {
  const auto found = std::ranges::find(rules, key, &SettingRule::name);
  return found == rules.end() ? nullptr : &*found;
}

std::pair<std::string, const SettingRule*> owner_of(const std::string& file,
                                                    const std::vector<Owner>& owners,
                                                    const TomlEntry& entry) {
  std::vector<std::string> known;
  for (const Owner& owner : owners) {
    if (const SettingRule* rule = rule_named(owner.rules, entry.key)) return {owner.section, rule};
    for (const SettingRule& rule : owner.rules) known.push_back(rule.name);
  }
  const std::string near = nearest_name(entry.key, known);
  refuse(file, entry.line, entry.key,
         concat("unknown key \"", entry.key, "\" in [space]",
                near.empty() ? "" : concat("; did you mean \"", near, "\"?")));
}

double number_of(const std::string& file, const TomlEntry& entry, const char* name) {
  const TomlInlineTable& table = std::get<TomlInlineTable>(entry.value);
  const auto found = table.find(name);
  if (found != table.end()) {
    if (const auto* whole = std::get_if<std::int64_t>(&found->second.value)) {
      return static_cast<double>(*whole);
    }
    if (const auto* number = std::get_if<double>(&found->second.value)) return *number;
  }
  refuse(file, entry.line, entry.key,
         concat("\"", entry.key, "\" in [space] needs a number \"", name,
                "\", as in { low = 1, high = 8 }"));
}

search::Interval interval_of(const std::string& file, const TomlEntry& entry,
                             const SettingRule& rule) {
  if (rule.type != SettingType::integer && rule.type != SettingType::real) {
    refuse(file, entry.line, entry.key,
           concat("\"", entry.key, "\" is no number; list its choices instead of a range"));
  }
  search::Interval interval;
  interval.low = number_of(file, entry, "low");
  interval.high = number_of(file, entry, "high");
  interval.integer = rule.type == SettingType::integer;
  for (const auto& [name, value] : std::get<TomlInlineTable>(entry.value)) {
    if (name == "low" || name == "high") continue;
    const auto* flag = std::get_if<bool>(&value.value);
    if (name != "log" || flag == nullptr) {
      refuse(file, entry.line, entry.key,
             concat("\"", name, "\" of \"", entry.key,
                    "\" in [space]: expected low, high and log = true or false"));
    }
    interval.log = *flag;
  }
  const bool whole =
      interval.low == std::floor(interval.low) && interval.high == std::floor(interval.high);
  if (!(interval.low < interval.high) || (interval.log && interval.low <= 0.0) ||
      (interval.integer && !whole)) {
    refuse(file, entry.line, entry.key,
           concat("the range of \"", entry.key, "\" is ", interval.low, " to ", interval.high,
                  ", expected low < high", interval.log ? " and low above 0" : "",
                  interval.integer ? ", both whole" : ""));
  }
  return interval;
}

search::SpaceEntry space_entry(const std::string& file, const std::vector<Owner>& owners,
                               const TomlEntry& entry) {
  const auto [section, rule] = owner_of(file, owners, entry);
  search::SpaceEntry result{section, entry.key, {}, entry.line};
  if (std::holds_alternative<TomlInlineTable>(entry.value)) {
    result.domain = interval_of(file, entry, *rule);
  } else if (const auto* choices = std::get_if<TomlArray>(&entry.value)) {
    result.domain = *choices;
  } else {
    result.domain = std::vector<SettingValue>{std::get<SettingValue>(entry.value)};
  }
  const std::vector<SettingValue> samples = result.examples();
  if (samples.empty()) {
    refuse(file, entry.line, entry.key, concat("\"", entry.key, "\" in [space] has no choices"));
  }
  try {
    Settings scratch;
    for (const SettingValue& value : samples)
      pipeline::set_value(scratch, {rule, 1}, entry.key, value);
  } catch (const Error& error) {
    refuse(file, entry.line, entry.key, concat(error.message(), " (in [space])"));
  }
  return result;
}

}  // namespace

std::vector<search::SpaceEntry> space_entries(const TomlDocument& document,
                                              std::span<const SettingRule> model_rules) {
  std::vector<search::SpaceEntry> entries;
  const auto section = document.sections.find("space");
  if (section == document.sections.end()) return entries;
  const std::vector<Owner> owners = owners_of(model_rules);
  for (const TomlEntry& entry : section->second.entries) {
    entries.push_back(space_entry(document.file, owners, entry));
  }
  return entries;
}

}  // namespace basalt::io
