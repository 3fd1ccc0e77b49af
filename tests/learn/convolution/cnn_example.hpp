// A small convolutional network in training, on synthetic images of 2 bits.
#pragma once

#include <optional>

#include "learn/convolution/cnn_in_training.hpp"
#include "learn/layer/quantized_training.hpp"

namespace basalt::learn::tests {

struct CnnExample {
  CnnExample(AccumulatorRule rule, const std::vector<std::string>& layers, std::uint64_t seed = 5) {
    spec.quantization.rule = rule;
    spec.quantization.activation = "ReLU";
    spec.quantization.accumulator_bits = 6;
    spec.training.descent.learning_rate = 0.01;
    spec.image = {5, 5, 1};
    spec.stages = read_layers(layers, {.image = spec.image});
    RandomStream random{Seed{3}};
    inputs.resize(40, 25);
    for (Eigen::Index i = 0; i < inputs.size(); ++i) {
      inputs.data()[i] = static_cast<float>(random.below(4));
    }
    const PixelGrid grid{
        .image = spec.image,
        .origin = 0.0,
        .pixels = quant::Quantizer({.scale = 1.0, .zero_point = 0, .low = 0, .high = 3})};
    training.emplace(CnnInTraining(spec, grid, 3, inputs, 40, RandomStream{Seed{seed}}), inputs,
                     0.0);
  }

  CnnInTraining& network() { return training->network(); }

  CnnSpec spec;
  FloatMatrix inputs;
  std::optional<QuantizedTraining<CnnInTraining>> training;
};

}  // namespace basalt::learn::tests
