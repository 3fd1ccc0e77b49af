// Regression targets with mean 0 and deviation 1 while a network is trained.
#pragma once

#include <utility>

#include "learn/data/dataset.hpp"
#include "learn/model/sparse_quant_neural_network.hpp"

namespace basalt::learn {

/// Mean and deviation of each target; none for a classification.
class TargetScale {
 public:
  TargetScale() = default;
  explicit TargetScale(const Dataset& data);
  TargetScale(std::vector<double> mean, std::vector<double> deviation)
      : mean_(std::move(mean)), deviation_(std::move(deviation)) {}

  /// Shape: [rows x targets].
  Matrix<double> apply(const Dataset& data) const;
  /// Moves the scores of a network (of either family) that was trained on scaled targets to the
  /// targets' own scale, and notes the scale in its training state.
  template <class Network>
  void restore(Network& network) const {
    restore(network.readout, network.state);
  }
  const std::vector<double>& mean() const noexcept { return mean_; }
  const std::vector<double>& deviation() const noexcept { return deviation_; }

 private:
  void restore(ReadOut& readout, TrainingState& state) const;

  std::vector<double> mean_, deviation_;
};

}  // namespace basalt::learn
