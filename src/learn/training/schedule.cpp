#include "learn/training/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace basalt::learn {
namespace {

/// Warm-up of the policy cosine: this share of all steps, at most this many.
constexpr double warm_up_share = 0.05;
constexpr double warm_up_most = 200.0;

double half_cosine(double progress) {
  return 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
}

double warmed_cosine(std::size_t step, std::size_t total) {
  const double warm_up = std::clamp(warm_up_share * static_cast<double>(total), 1.0, warm_up_most);
  const double rising = std::min(1.0, (static_cast<double>(step) + 1.0) / warm_up);
  const double progress =
      static_cast<double>(step) / static_cast<double>(std::max<std::size_t>(total, 1));
  return rising * half_cosine(progress);
}

}  // namespace

const std::vector<std::string>& schedule_policy_names() {
  static const std::vector<std::string> names{
      "cosine",        "constant",          "StepLR",   "MultiStepLR",
      "ExponentialLR", "CosineAnnealingLR", "LinearLR", "ReduceLROnPlateau"};
  return names;
}

SchedulePolicy schedule_policy_named(const std::string& name) {
  const auto& names = schedule_policy_names();
  const auto found = std::ranges::find(names, name);
  require(found != names.end(), ErrorCode::internal, "schedule: no policy \"", name, "\"");
  return static_cast<SchedulePolicy>(found - names.begin());
}

Schedule::Schedule(const ScheduleSpec& spec, double rate, std::size_t steps, std::size_t epochs)
    : spec_(spec), rate_(rate), steps_(steps), epochs_(epochs) {}

double Schedule::epoch_factor(std::size_t epoch) const {
  const auto number = static_cast<double>(epoch);
  switch (spec_.policy) {
    case SchedulePolicy::step:
      return std::pow(spec_.gamma, std::floor(number / static_cast<double>(spec_.step_size)));
    case SchedulePolicy::multi_step:
      return std::pow(spec_.gamma, std::ranges::count_if(spec_.milestones, [&](std::int64_t at) {
                        return static_cast<std::size_t>(at) <= epoch;
                      }));
    case SchedulePolicy::exponential:
      return std::pow(spec_.gamma, number);
    case SchedulePolicy::linear: {
      const double share =
          std::min(1.0, number / static_cast<double>(std::max<std::size_t>(1, spec_.total_iters)));
      return spec_.start_factor + share * (spec_.end_factor - spec_.start_factor);
    }
    case SchedulePolicy::reduce_on_plateau:
      return plateau_factor_;
    default:
      return 1.0;
  }
}

double Schedule::rate(std::size_t step, std::size_t epoch) const {
  if (spec_.policy == SchedulePolicy::cosine) return rate_ * warmed_cosine(step, steps_);
  if (spec_.policy == SchedulePolicy::cosine_annealing) {
    const std::size_t span = spec_.t_max > 0 ? spec_.t_max : std::max<std::size_t>(1, epochs_);
    const double share = static_cast<double>(epoch) / static_cast<double>(span);
    return spec_.eta_min + (rate_ - spec_.eta_min) * half_cosine(share);
  }
  const double scaled = rate_ * epoch_factor(epoch);
  const bool has_floor = spec_.policy == SchedulePolicy::reduce_on_plateau;
  return has_floor ? std::max(scaled, std::min(rate_, spec_.eta_min)) : scaled;
}

void Schedule::observe(double loss) {
  if (spec_.policy != SchedulePolicy::reduce_on_plateau || std::isnan(loss)) return;
  const double margin = std::isfinite(best_) ? spec_.threshold * std::abs(best_) : 0.0;
  if (loss < best_ - margin) {
    best_ = loss;
    waited_ = 0;
  } else if (++waited_ > spec_.patience) {
    plateau_factor_ *= spec_.factor;
    waited_ = 0;
  }
}

}  // namespace basalt::learn
