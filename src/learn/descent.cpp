#include "learn/descent.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace basalt::learn {
namespace {

using Values = Eigen::Map<Eigen::ArrayXf>;
using Gradient = Eigen::Map<const Eigen::ArrayXf>;

/// Warm-up: this share of all steps, at most this many.
constexpr double warm_up_share = 0.05;
constexpr double warm_up_most = 200.0;

}  // namespace

void Descent::step(const DescentSpec& spec, double rate, std::span<float> parameters,
                   std::span<const float> gradient) {
  require(parameters.size() == first_.size() && gradient.size() == first_.size(),
          ErrorCode::mismatch, "descent: ", parameters.size(), " parameters and ", gradient.size(),
          " gradients, expected ", first_.size());
  const auto size = static_cast<Eigen::Index>(first_.size());
  Values values(parameters.data(), size), first(first_.data(), size), second(second_.data(), size);
  const Gradient slope(gradient.data(), size);
  const auto decay = static_cast<float>(spec.weight_decay);
  ++steps_;
  if (spec.rule == DescentRule::sgd) {
    first = static_cast<float>(spec.momentum) * first + slope + decay * values;
    values -= static_cast<float>(rate) * first;
    return;
  }
  const auto count = static_cast<double>(steps_);
  const double correction1 = 1.0 - std::pow(spec.beta1, count);
  const double correction2 = std::sqrt(1.0 - std::pow(spec.beta2, count));
  const auto beta1 = static_cast<float>(spec.beta1), beta2 = static_cast<float>(spec.beta2);
  if (spec.rule == DescentRule::adam_w) {
    values *= 1.0F - static_cast<float>(rate) * decay;
    first = beta1 * first + (1.0F - beta1) * slope;
    second = beta2 * second + (1.0F - beta2) * slope * slope;
  } else {
    first = beta1 * first + (1.0F - beta1) * (slope + decay * values);
    second = beta2 * second + (1.0F - beta2) * (slope + decay * values).square();
  }
  const auto pace = static_cast<float>(rate / correction1);
  const auto spread = static_cast<float>(1.0 / correction2);
  values -= pace * first / (second.sqrt() * spread + static_cast<float>(spec.epsilon));
}

void Descent::keep(const std::vector<std::size_t>& entries) {
  std::vector<float> first, second;
  for (const std::size_t entry : entries) {
    first.push_back(first_.at(entry));
    second.push_back(second_.at(entry));
  }
  first_ = std::move(first);
  second_ = std::move(second);
}

double scheduled_rate(Schedule schedule, double rate, std::size_t step, std::size_t total) {
  const double warm_up = std::clamp(warm_up_share * static_cast<double>(total), 1.0, warm_up_most);
  const double rising = std::min(1.0, (static_cast<double>(step) + 1.0) / warm_up);
  if (schedule == Schedule::constant) return rate * rising;
  const double progress =
      static_cast<double>(step) / static_cast<double>(std::max<std::size_t>(total, 1));
  return rate * rising * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
}

}  // namespace basalt::learn
