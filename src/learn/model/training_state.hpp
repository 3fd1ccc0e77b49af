// What a trained network remembers of its training, so that training can go on.
#pragma once

#include <vector>

#include "base/describe.hpp"
#include "base/matrix.hpp"

namespace basalt::learn {

/// The real parameters behind one hidden layer. Shapes: [neurons x inputs] or [1 x neurons]; a mask
/// may be empty.
struct LayerState {
  Matrix<float> weights, mask, phase, gain, shift, running_mean, running_inverse;
};

/// The real parameters of a whole network; without layers and read-out, nothing is remembered.
struct TrainingState {
  std::vector<LayerState> layers;
  Matrix<float> readout;  ///< Shape: [outputs x last hidden neurons].
  Matrix<float> skip;     ///< Shape: [outputs x inputs], or without columns.
  Matrix<float> bias;     ///< Shape: [1 x outputs].
  std::vector<double> target_mean, target_deviation;  ///< Regression: of each output.
  bool pruned = false;                                ///< Neurons were removed.

  bool empty() const noexcept { return bias.size() == 0; }
};

template <class Visitor>
void describe(Visitor& visit, MaybeConst<LayerState> auto& layer) {
  visit("weights", layer.weights);
  visit("mask", layer.mask);
  visit("phase", layer.phase);
  visit("gain", layer.gain);
  visit("shift", layer.shift);
  visit("running_mean", layer.running_mean);
  visit("running_inverse", layer.running_inverse);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<TrainingState> auto& state) {
  visit.list("layers", state.layers);
  visit("readout", state.readout);
  visit("skip", state.skip);
  visit("bias", state.bias);
  visit("target_mean", state.target_mean);
  visit("target_deviation", state.target_deviation);
  visit("pruned", state.pruned);
}

}  // namespace basalt::learn
