#include "learn/training/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace basalt::learn::schedule_test {
namespace {

constexpr double start = 0.1;

/// Rate of each of the first epochs, two steps each.
std::vector<double> rates(const ScheduleSpec& spec, std::size_t epochs) {
  const Schedule schedule(spec, start, 2 * epochs, epochs);
  std::vector<double> found;
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    found.push_back(schedule.rate(2 * epoch, epoch));
  }
  return found;
}

void expect_rates(const std::vector<double>& found, const std::vector<double>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 1e-12) << i;
}

// The rates that torch.optim.lr_scheduler gives with these arguments.
TEST(Schedule, FollowsTorchByEpochs) {
  expect_rates(rates({.policy = SchedulePolicy::constant}, 3), {0.1, 0.1, 0.1});
  expect_rates(rates({.policy = SchedulePolicy::step, .step_size = 2, .gamma = 0.5}, 5),
               {0.1, 0.1, 0.05, 0.05, 0.025});
  expect_rates(rates({.policy = SchedulePolicy::multi_step, .gamma = 0.1, .milestones = {1, 3}}, 5),
               {0.1, 0.01, 0.01, 0.001, 0.001});
  expect_rates(rates({.policy = SchedulePolicy::exponential, .gamma = 0.9}, 3), {0.1, 0.09, 0.081});
  expect_rates(rates({.policy = SchedulePolicy::linear, .total_iters = 4}, 6),
               {0.1 / 3, 0.05, 0.2 / 3, 0.25 / 3, 0.1, 0.1});
  expect_rates(rates({.policy = SchedulePolicy::cosine_annealing, .t_max = 4, .eta_min = 0.02}, 5),
               {0.1, 0.06 + 0.04 / std::sqrt(2.0), 0.06, 0.06 - 0.04 / std::sqrt(2.0), 0.02});
}

TEST(Schedule, WarmsUpThenFallsToZeroByDefault) {
  const Schedule schedule({}, 1.0, 1000, 10);
  EXPECT_LT(schedule.rate(0, 0), 0.1);
  EXPECT_NEAR(schedule.rate(500, 5), 0.5, 1e-9);
  EXPECT_LT(schedule.rate(999, 9), 1e-4);
}

TEST(Schedule, FallsWhereTheLossStandsStill) {
  Schedule schedule(
      {.policy = SchedulePolicy::reduce_on_plateau, .eta_min = 0.002, .factor = 0.1, .patience = 2},
      start, 100, 50);
  schedule.observe(1.0);
  for (int i = 0; i < 2; ++i) schedule.observe(1.0);
  EXPECT_EQ(schedule.rate(0, 3), start);  // two epochs are tolerated
  schedule.observe(1.0);
  EXPECT_NEAR(schedule.rate(0, 4), 0.01, 1e-12);
  schedule.observe(0.5);
  EXPECT_NEAR(schedule.rate(0, 5), 0.01, 1e-12);
  for (int i = 0; i < 3; ++i) schedule.observe(0.5);
  EXPECT_NEAR(schedule.rate(0, 8), 0.002, 1e-12);  // not below eta_min
}

TEST(Schedule, HasANameForEveryPolicy) {
  EXPECT_EQ(schedule_policy_named("cosine"), SchedulePolicy::cosine);
  EXPECT_EQ(schedule_policy_named("ReduceLROnPlateau"), SchedulePolicy::reduce_on_plateau);
  EXPECT_EQ(schedule_policy_names().size(),
            static_cast<std::size_t>(SchedulePolicy::reduce_on_plateau) + 1);
}

}  // namespace
}  // namespace basalt::learn::schedule_test
