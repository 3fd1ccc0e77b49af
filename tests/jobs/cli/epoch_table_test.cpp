#include "jobs/cli/epoch_table.hpp"

#include <gtest/gtest.h>

namespace basalt::jobs::cli::epoch_table_test {
namespace {

TEST(EpochTable, HasALinePerEpochAndMarksTheBest) {
  EpochTable table(false);

  const auto first = table.lines({1, 0.5, 0.6, 0.75, {}}, 0.125);
  const auto second = table.lines({2, 0.4, 0.7, 0.75, {}}, 0.25);
  const auto third = table.lines({3, 0.45, 0.55, 0.8, {}}, 0.25);

  ASSERT_EQ(first.size(), 3U);  // header, rule, line
  EXPECT_EQ(first[0], "  epoch  train_loss    valid_acc   valid_loss      dur");
  EXPECT_EQ(first[1], "-------  -----------  -----------  -----------  ------");
  EXPECT_EQ(first[2], "      1      0.5000+      0.7500+      0.6000+  0.1250");
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0], "      2      0.4000+      0.7500       0.7000   0.2500");
  EXPECT_EQ(third[0], "      3      0.4500       0.8000+      0.5500+  0.2500");
}

TEST(EpochTable, LeavesOutWhatIsNotMeasuredAndAddsScores) {
  EpochTable table(false);

  const auto lines = table.lines(
      {.epoch = 1, .train_loss = 0.5, .scores = {{"f1_macro", 0.25}, {"event_lr", 0.01}}}, 1.0);

  EXPECT_EQ(lines[0].find("valid"), std::string::npos);
  EXPECT_NE(lines[0].find("f1_macro"), std::string::npos);
  EXPECT_NE(lines[2].find("0.2500+"), std::string::npos);
  EXPECT_NE(lines[2].find("0.0100 "), std::string::npos);
}

TEST(EpochTable, ColoursTheBestOnTerminals) {
  EpochTable table(true);
  const auto lines = table.lines({.epoch = 1, .train_loss = 0.5}, 1.0);
  EXPECT_NE(lines[2].find("\033[32m0.5000\033[0m"), std::string::npos);
}

}  // namespace
}  // namespace basalt::jobs::cli::epoch_table_test
