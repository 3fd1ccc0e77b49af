#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "learn/network/network_spec.hpp"

namespace basalt::learn::network_rules_test {
namespace {

TEST(NetworkRules, HaveAMeaningAndAUniqueName) {
  for (const Task task : {Task::classification, Task::regression}) {
    std::set<std::string> names;
    for (const SettingRule& rule : network_rules(task)) {
      EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
      EXPECT_TRUE(!rule.meaning.empty() || !rule.forbidden.empty()) << rule.name;
    }
  }
}

TEST(NetworkRules, AcceptTheirOwnDefaults) {
  for (const Task task : {Task::classification, Task::regression}) {
    const std::vector<SettingRule> rules = network_rules(task);
    for (const SettingRule& rule : rules) {
      Settings settings;
      if (!rule.forbidden.empty()) continue;
      EXPECT_NO_THROW(settings.set(rules, rule.name, rule.fallback)) << rule.name;
    }
  }
}

TEST(NetworkRules, KnowThePrefixesOfSkorch) {
  const std::vector<SettingRule> rules = network_rules(Task::classification);
  for (const char* prefix : {"module__", "criterion__", "optimizer__", "iterator_train__",
                             "iterator_valid__", "callbacks__"}) {
    EXPECT_TRUE(std::ranges::any_of(rules, [&](const SettingRule& rule) {
      return rule.name.starts_with(prefix);
    })) << prefix;
  }
}

}  // namespace
}  // namespace basalt::learn::network_rules_test
