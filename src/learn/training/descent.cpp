#include "learn/training/descent.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::learn {
namespace {

using Values = Eigen::Map<Eigen::ArrayXf>;
using Gradient = Eigen::Map<const Eigen::ArrayXf>;

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
    const auto momentum = static_cast<float>(spec.momentum);
    const auto damped = static_cast<float>(steps_ == 1 ? 1.0 : 1.0 - spec.dampening);
    const Eigen::ArrayXf gradient_here = slope + decay * values;
    first = momentum * first + damped * gradient_here;
    if (spec.nesterov) {
      values -= static_cast<float>(rate) * (gradient_here + momentum * first);
    } else {
      values -= static_cast<float>(rate) * first;
    }
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

}  // namespace basalt::learn
