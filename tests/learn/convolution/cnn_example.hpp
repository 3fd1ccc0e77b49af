// A small convolutional network in training, on made-up images of 2 bits.
#pragma once

#include "learn/convolution/cnn_in_training.hpp"

namespace basalt::learn::tests {

struct CnnExample {
  CnnExample(AccumulatorRule rule, const std::vector<std::string>& layers, std::uint64_t seed = 5) {
    spec.quantization.rule = rule;
    spec.quantization.activation = "ReLU";
    spec.quantization.accumulator_bits = 6;
    spec.training.descent.learning_rate = 0.01;
    grid.image = {5, 5, 1};
    grid.pixels = quant::Quantizer({.scale = 1.0, .zero_point = 0, .low = 0, .high = 3});
    RandomStream random{Seed{3}};
    inputs.resize(40, 25);
    for (Eigen::Index i = 0; i < inputs.size(); ++i) {
      inputs.data()[i] = static_cast<float>(random.below(4));
    }
    spec.image = grid.image;
    spec.stages = read_layers(layers, {.image = grid.image});
    network.emplace(spec, grid, std::size_t{3}, inputs, true, RandomStream{Seed{seed}});
  }

  CnnSpec spec;
  QuantCNN grid;
  FloatMatrix inputs;
  std::optional<CnnInTraining> network;
};

}  // namespace basalt::learn::tests
