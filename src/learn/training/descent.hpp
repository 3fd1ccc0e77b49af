// Gradient descent: Adam, AdamW and SGD.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace basalt::learn {

enum class DescentRule { adam, adam_w, sgd };

/// Settings of a descent. PyTorch's names and defaults.
struct DescentSpec {
  DescentRule rule = DescentRule::adam;
  double learning_rate = 0.01;
  double weight_decay = 0.0;  ///< In the gradient (Adam, SGD) or on the weights (AdamW).
  double momentum = 0.0, dampening = 0.0;  ///< SGD only.
  bool nesterov = false;                   ///< SGD only.
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
};

/// The state of one array of parameters.
class Descent {
 public:
  Descent() = default;
  explicit Descent(std::size_t size) : first_(size, 0.0F), second_(size, 0.0F) {}

  /// One step of `parameters` against `gradient`, at `rate` (the scheduled learning rate).
  void step(const DescentSpec& spec, double rate, std::span<float> parameters,
            std::span<const float> gradient);
  /// Keeps the given entries only, in this order.
  void keep(const std::vector<std::size_t>& entries);

 private:
  std::vector<float> first_, second_;
  std::int64_t steps_ = 0;
};

}  // namespace basalt::learn
