#include "learn/training/callbacks.hpp"

#include <gtest/gtest.h>

namespace basalt::learn::callbacks_test {
namespace {

EpochRecord epoch(double valid_loss) {
  return {.epoch = 1, .train_loss = 9.0, .valid_loss = valid_loss, .valid_accuracy = 0.5};
}

/// Epochs until training stops with these losses.
std::size_t epochs_until_stop(const EarlyStoppingSpec& spec, const std::vector<double>& losses) {
  EarlyStopping stopping(spec);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (stopping.ends(epoch(losses[i]))) return i + 1;
  }
  return losses.size() + 1;
}

TEST(EarlyStopping, StopsAfterPatienceEpochsWithoutImprovement) {
  EXPECT_EQ(epochs_until_stop({.patience = 2}, {1.0, 0.5, 0.6, 0.6, 0.4}), 4U);
  EXPECT_EQ(epochs_until_stop({.patience = 3}, {1.0, 0.5, 0.6, 0.6, 0.4}), 6U);
}

TEST(EarlyStopping, CountsImprovementsAboveItsThreshold) {
  const std::vector<double> slow{1.0, 0.95, 0.90, 0.85};
  EXPECT_EQ(epochs_until_stop({.patience = 1, .threshold = 0.04}, slow), 5U);
  EXPECT_EQ(epochs_until_stop({.patience = 1, .threshold = 0.06}, slow), 2U);
  const std::vector<double> large{100.0, 99.0, 98.0};
  EXPECT_EQ(epochs_until_stop({.patience = 1, .threshold = 0.5, .relative = false}, large), 4U);
  EXPECT_EQ(epochs_until_stop({.patience = 1, .threshold = 2.0, .relative = false}, large), 2U);
}

TEST(EarlyStopping, CanWatchWhatShouldRise) {
  const Monitor rising{.name = "valid_loss", .lower_is_better = false};
  EXPECT_EQ(epochs_until_stop({.monitor = rising, .patience = 1}, {0.1, 0.2, 0.3, 0.3}), 4U);
}

TEST(Monitor, ReadsWhatAnEpochHas) {
  EpochRecord record = epoch(2.0);
  record.scores["f1_macro"] = 0.25;
  EXPECT_EQ(Monitor{}.of(record), 2.0);
  EXPECT_EQ(Monitor{}.of({.epoch = 1, .train_loss = 3.0}), 3.0);
  EXPECT_EQ(Monitor{.name = "train_loss"}.of(record), 9.0);
  EXPECT_EQ(Monitor{.name = "valid_acc"}.of(record), 0.5);
  EXPECT_EQ(Monitor{.name = "f1_macro"}.of(record), 0.25);
}

TEST(Best, RecognizesEpochsThatAreBetterThanAllBefore) {
  Best best({});
  std::vector<bool> found;
  for (const double loss : {1.0, 2.0, 0.5, 0.5}) found.push_back(best.improves(epoch(loss)));
  EXPECT_EQ(found, (std::vector<bool>{true, false, true, false}));
}

}  // namespace
}  // namespace basalt::learn::callbacks_test
