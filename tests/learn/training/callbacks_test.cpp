#include "learn/training/callbacks.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace basalt::learn::callbacks_test {
namespace {

EpochRecord epoch(double valid_loss) {
  return {.epoch = 1, .train_loss = 9.0, .valid_loss = valid_loss, .valid_accuracy = 0.5};
}

/// Epochs that training bears with these losses.
std::size_t borne(const EarlyStoppingSpec& spec, const std::vector<double>& losses) {
  EarlyStopping stopping(spec);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (stopping.ends(epoch(losses[i]))) return i + 1;
  }
  return losses.size() + 1;
}

TEST(EarlyStopping, BearsPatienceEpochsWithoutImprovement) {
  EXPECT_EQ(borne({.patience = 2}, {1.0, 0.5, 0.6, 0.6, 0.4}), 4U);
  EXPECT_EQ(borne({.patience = 3}, {1.0, 0.5, 0.6, 0.6, 0.4}), 6U);
}

TEST(EarlyStopping, CountsImprovementsAboveItsThreshold) {
  const std::vector<double> slow{1.0, 0.95, 0.90, 0.85};
  EXPECT_EQ(borne({.patience = 1, .threshold = 0.04}, slow), 5U);
  EXPECT_EQ(borne({.patience = 1, .threshold = 0.06}, slow), 2U);
  const std::vector<double> large{100.0, 99.0, 98.0};
  EXPECT_EQ(borne({.patience = 1, .threshold = 0.5, .relative = false}, large), 4U);
  EXPECT_EQ(borne({.patience = 1, .threshold = 2.0, .relative = false}, large), 2U);
}

TEST(EarlyStopping, CanWatchWhatShouldRise) {
  const Monitor rising{.name = "valid_loss", .lower_is_better = false};
  EXPECT_EQ(borne({.monitor = rising, .patience = 1}, {0.1, 0.2, 0.3, 0.3}), 4U);
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

TEST(Best, TellsEpochsThatAreBetterThanAllBefore) {
  Best best({});
  std::vector<bool> found;
  for (const double loss : {1.0, 2.0, 0.5, 0.5}) found.push_back(best.improves(epoch(loss)));
  EXPECT_EQ(found, (std::vector<bool>{true, false, true, false}));
}

TEST(Scoring, JudgesLabels) {
  const std::vector<std::int32_t> labels{0, 0, 0, 1};
  const Truth rows{.labels = labels};
  Matrix<double> outputs(4, 2);
  outputs << 2, 0, 1, 0, 3, 0, 1, 0;  // the last row is wrong

  EXPECT_EQ(score_named("accuracy", rows, outputs), 0.75);
  EXPECT_EQ(score_named("balanced_accuracy", rows, outputs), 0.5);
  EXPECT_NEAR(score_named("f1_macro", rows, outputs), 0.5 * (6.0 / 7.0), 1e-12);
  const auto loss = [](double margin) { return std::log1p(std::exp(-margin)); };
  EXPECT_NEAR(score_named("neg_log_loss", rows, outputs),
              -(loss(2) + loss(1) + loss(3) + loss(-1)) / 4, 1e-12);
}

TEST(Scoring, JudgesValues) {
  Truth rows;
  rows.targets.resize(2, 1);
  rows.targets << 1, 3;
  Matrix<double> outputs(2, 1);
  outputs << 1, 5;

  EXPECT_EQ(score_named("neg_mean_squared_error", rows, outputs), -2.0);
  EXPECT_NEAR(score_named("neg_root_mean_squared_error", rows, outputs), -std::sqrt(2.0), 1e-12);
  EXPECT_EQ(score_named("neg_mean_absolute_error", rows, outputs), -1.0);
  EXPECT_EQ(score_named("r2", rows, outputs), -1.0);
}

TEST(Scoring, HasEveryNameThatItOffers) {
  const std::vector<std::int32_t> labels{0, 1};
  const Truth rows{labels, Matrix<double>::Ones(2, 2)};
  const Matrix<double> outputs = Matrix<double>::Identity(2, 2);
  for (const Task task : {Task::classification, Task::regression}) {
    for (const std::string& name : scoring_names(task)) {
      EXPECT_TRUE(std::isfinite(score_named(name, rows, outputs))) << name;
    }
  }
}

}  // namespace
}  // namespace basalt::learn::callbacks_test
