#include "learn/estimator/setting_rules.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace basalt::learn::rules {

SettingRule whole(std::string name, std::int64_t fallback, double low, double high,
                  std::string meaning) {
  return {.name = std::move(name),
          .type = SettingType::integer,
          .fallback = fallback,
          .low = low,
          .high = high,
          .meaning = std::move(meaning)};
}

SettingRule real(std::string name, double fallback, double low, std::string meaning) {
  return {.name = std::move(name),
          .type = SettingType::real,
          .fallback = fallback,
          .low = low,
          .meaning = std::move(meaning)};
}

SettingRule real(std::string name, double fallback, double low, double high, std::string meaning) {
  SettingRule rule = real(std::move(name), fallback, low, std::move(meaning));
  rule.high = high;
  return rule;
}

SettingRule positive(std::string name, double fallback, std::string meaning) {
  SettingRule rule = real(std::move(name), fallback, 0.0, std::move(meaning));
  rule.positive = true;
  return rule;
}

SettingRule positive(std::string name, double fallback, double high, std::string meaning) {
  SettingRule rule = positive(std::move(name), fallback, std::move(meaning));
  rule.high = high;
  return rule;
}

SettingRule share(std::string name, double fallback, double low, std::string meaning) {
  return real(std::move(name), fallback, low, 1.0, std::move(meaning));
}

SettingRule flag(std::string name, bool fallback, std::string meaning) {
  return {.name = std::move(name),
          .type = SettingType::boolean,
          .fallback = fallback,
          .meaning = std::move(meaning)};
}

SettingRule choice(std::string name, std::vector<std::string> choices, std::string meaning) {
  std::string first = choices.front();
  return choice(std::move(name), std::move(first), std::move(choices), std::move(meaning));
}

SettingRule choice(std::string name, std::string fallback, std::vector<std::string> choices,
                   std::string meaning) {
  return {.name = std::move(name),
          .type = SettingType::text,
          .fallback = std::move(fallback),
          .choices = std::move(choices),
          .meaning = std::move(meaning)};
}

SettingRule only(std::string name, std::string value, std::string meaning) {
  return choice(std::move(name), {std::move(value)}, std::move(meaning));
}

SettingRule text(std::string name, std::string fallback, std::string meaning) {
  return {.name = std::move(name),
          .type = SettingType::text,
          .fallback = std::move(fallback),
          .meaning = std::move(meaning)};
}

SettingRule forbidden(std::string name, std::string remedy) {
  return {.name = std::move(name),
          .type = SettingType::integer,
          .fallback = std::int64_t{0},
          .forbidden = std::move(remedy)};
}

SettingRule unused(const std::string& name, const std::string& sentence) {
  return {.name = name,
          .type = SettingType::text,
          .fallback = std::string(),
          .meaning = sentence,
          .forbidden = "\"" + name + "\": " + sentence};
}

std::vector<SettingRule> set_outside_the_model() {
  return {unused("random_state", "set \"seed\" at the top of the recipe"),
          unused("n_jobs", "use --threads, or mpirun for a sweep"),
          unused("verbose", "every command shows its progress; --quiet silences it"),
          unused("warm_start", "each training starts anew"),
          unused("copy_X", "the data is never changed")};
}

std::vector<SettingRule> selected(std::vector<SettingRule> rules,
                                  const std::vector<std::string>& names) {
  std::erase_if(rules, [&](const SettingRule& rule) {
    return std::ranges::find(names, rule.name) == names.end();
  });
  return rules;
}

std::vector<SettingRule> without(std::vector<SettingRule> rules,
                                 const std::vector<std::string>& names) {
  std::erase_if(rules, [&](const SettingRule& rule) {
    return std::ranges::find(names, rule.name) != names.end();
  });
  return rules;
}

std::vector<SettingRule> joined(std::vector<SettingRule> rules, std::vector<SettingRule> more) {
  rules.insert(rules.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  return rules;
}

}  // namespace basalt::learn::rules
