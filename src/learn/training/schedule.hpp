// How the learning rate changes during training; PyTorch's names and meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace basalt::learn {

enum class SchedulePolicy {
  cosine,  ///< A short linear warm-up, then half a cosine to 0, step by step.
  constant,
  step,              ///< StepLR: times gamma every step_size epochs.
  multi_step,        ///< MultiStepLR: times gamma after each milestone.
  exponential,       ///< ExponentialLR: times gamma every epoch.
  cosine_annealing,  ///< CosineAnnealingLR: half a cosine to eta_min over t_max epochs.
  linear,            ///< LinearLR: from start_factor to end_factor over total_iters epochs.
  reduce_on_plateau  ///< ReduceLROnPlateau: times factor when the loss stops falling.
};

/// Names of the policies for users, in the order of the enumeration.
const std::vector<std::string>& schedule_policy_names();
/// Errors: internal if there is no such policy.
SchedulePolicy schedule_policy_named(const std::string& name);

/// Unchecked description of a schedule.
struct ScheduleSpec {
  SchedulePolicy policy = SchedulePolicy::cosine;
  std::size_t step_size = 30;              ///< Epochs.
  double gamma = 0.1;                      ///< Of step, multi_step and exponential.
  std::vector<std::int64_t> milestones{};  ///< Epochs, ascending.
  std::size_t t_max = 0;                   ///< Epochs of half a cosine; 0: of the training.
  double eta_min = 0.0;                    ///< Smallest rate.
  double start_factor = 1.0 / 3.0, end_factor = 1.0;
  std::size_t total_iters = 5;  ///< Epochs of the linear part.
  double factor = 0.1;          ///< Of reduce_on_plateau.
  std::int64_t patience = 10;   ///< Epochs without improvement before the rate falls.
  double threshold = 1e-4;      ///< Relative improvement that counts.
};

/// The learning rate of every step of one training.
class Schedule {
 public:
  /// `rate`: the learning rate that the user set. `steps`, `epochs`: of the whole training.
  Schedule(const ScheduleSpec& spec, double rate, std::size_t steps, std::size_t epochs);

  /// Rate of step `step` (from 0, over all epochs) in epoch `epoch` (from 0).
  double rate(std::size_t step, std::size_t epoch) const;
  /// Takes in the loss of an epoch that ended; only reduce_on_plateau uses it.
  void observe(double loss);

 private:
  double epoch_factor(std::size_t epoch) const;

  ScheduleSpec spec_;
  double rate_;
  std::size_t steps_, epochs_;
  double best_ = std::numeric_limits<double>::infinity(), plateau_factor_ = 1.0;
  std::int64_t waited_ = 0;
};

}  // namespace basalt::learn
