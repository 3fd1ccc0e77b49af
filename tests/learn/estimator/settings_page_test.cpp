#include "learn/estimator/settings_page.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace basalt::learn::settings_page_test {
namespace {

constexpr const char* networks = "NeuralNet,PostTraining,QuantCNN";

TEST(SettingsPage, ListsEverySettingWithDefaultAndMeaning) {
  std::ifstream file(BASALT_SETTINGS_PAGE);
  std::stringstream text;
  text << file.rdbuf();

  EXPECT_EQ(text.str(), settings_page(networks)) << "write it anew: basalt estimators " << networks
                                                 << " --markdown > src/learn/estimator/SETTINGS.md";
}

TEST(SettingsPage, EverySettingHasAMeaning) {
  for (const Estimator& estimator : estimators()) {
    for (const SettingRule& rule : estimator.rules) {
      EXPECT_TRUE(!rule.meaning.empty() || !rule.forbidden.empty())
          << estimator.name << " " << rule.name;
    }
  }
}

TEST(ValuesText, SaysWhatASettingMayBe) {
  EXPECT_EQ(values_text({.name = "a", .fallback = {}, .low = 1, .high = 8}), "1 to 8");
  EXPECT_EQ(values_text({.name = "a", .type = SettingType::real, .fallback = {}, .positive = true}),
            "above 0");
  EXPECT_EQ(
      values_text({.name = "a", .type = SettingType::text, .fallback = {}, .choices = {"", "x"}}),
      "\"\", x");
  EXPECT_EQ(values_text({.name = "a", .type = SettingType::integers, .fallback = {}, .low = 1}),
            "list; each at least 1");
}

}  // namespace
}  // namespace basalt::learn::settings_page_test
