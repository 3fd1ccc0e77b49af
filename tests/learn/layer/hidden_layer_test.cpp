#include "learn/layer/hidden_layer.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace basalt::learn::hidden_layer_test {
namespace {

FloatMatrix random_inputs(Eigen::Index rows, std::size_t columns, std::uint64_t high) {
  RandomStream random(Seed{17});
  FloatMatrix inputs(rows, static_cast<Eigen::Index>(columns));
  for (float& value : inputs.reshaped()) value = static_cast<float>(random.below(high + 1));
  return inputs;
}

HiddenLayerSpec spec_of(AccumulatorRule rule, bool last) {
  HiddenLayerSpec spec;
  spec.inputs = 20;
  spec.neurons = 9;
  spec.rule = rule;
  spec.table_bits = rule == AccumulatorRule::wrap ? 4 : 5;
  spec.grid = {.largest = 1, .budget = 10.0, .squares = rule == AccumulatorRule::wrap};
  spec.omega = 6;
  spec.weight_low = -2;
  spec.last = last;
  spec.activation = &activation_named("ReLU");
  return spec;
}

/// The finished layer as a network of its own.
SparseQuantNeuralNetwork alone(const QuantLayer& layer) {
  SparseQuantNeuralNetwork network;
  const auto neurons = static_cast<Eigen::Index>(layer.neurons());
  for (Eigen::Index i = 0; i < layer.weights.cols(); ++i) {
    network.grid.feature_of.push_back(static_cast<std::uint32_t>(i));
  }
  network.layers = {layer};
  network.readout.weights = Matrix<std::int32_t>::Identity(neurons, neurons);
  network.readout.scale.assign(layer.neurons(), 1.0);
  network.readout.offset.assign(layer.neurons(), 0.0);
  return network;
}

/// What a training layer gives for the integer `code` of its finished form.
float real_value(const HiddenLayerSpec& spec, std::int64_t high, std::int64_t code) {
  const auto value = static_cast<float>(code), top = static_cast<float>(high);
  if (!spec.last) return value;
  if (spec.rule == AccumulatorRule::wrap) {
    return value / std::ldexp(1.0F, spec.table_bits - 1);
  }
  return static_cast<float>((2.0 * static_cast<double>(code) - top) / top);
}

void expect_equal_passes(const HiddenLayerSpec& spec) {
  HiddenLayer layer(spec, RandomStream(Seed{5}));
  const FloatMatrix inputs = random_inputs(60, spec.inputs, 3);
  layer.forward(inputs, Phase::learning);
  layer.freeze_statistics(inputs);

  const FloatMatrix trained = layer.forward(inputs, Phase::frozen);
  const Matrix<std::int64_t> integers = alone(layer.finish()).forward(inputs.cast<std::int64_t>());

  for (Eigen::Index row = 0; row < trained.rows(); ++row) {
    for (Eigen::Index j = 0; j < trained.cols(); ++j) {
      EXPECT_EQ(trained(row, j), real_value(spec, layer.output_high(), integers(row, j)));
    }
  }
}

TEST(HiddenLayer, TrainsOnTheIntegersOfItsFinishedForm) {
  for (const auto rule : {AccumulatorRule::omega, AccumulatorRule::bound, AccumulatorRule::wrap}) {
    for (const bool last : {false, true}) {
      SCOPED_TRACE(static_cast<int>(rule));
      expect_equal_passes(spec_of(rule, last));
    }
  }
}

TEST(HiddenLayer, TrainsOnTheIntegersOfEveryActivation) {
  for (const Activation& activation : activations()) {
    SCOPED_TRACE(activation.name);
    HiddenLayerSpec spec = spec_of(AccumulatorRule::bound, false);
    spec.activation = &activation;
    expect_equal_passes(spec);
  }
}

TEST(HiddenLayer, ReadsSoftSumsWithTheRoundingOfALookUp) {
  HiddenLayerSpec spec = spec_of(AccumulatorRule::wrap, true);
  for (const int truncated_bits : {1, 2, 4}) {
    spec.truncated_bits = truncated_bits;
    expect_equal_passes(spec);
  }
}

TEST(HiddenLayer, HasGradientsThatIgnoreWhatNormalisationRemoves) {
  HiddenLayerSpec spec = spec_of(AccumulatorRule::bound, false);
  spec.activation = &activation_named("Identity");
  spec.activation_bits = 8;
  HiddenLayer layer(spec, RandomStream(Seed{5}));
  FloatMatrix inputs = random_inputs(40, spec.inputs, 3), below;
  layer.forward(inputs, Phase::learning);

  layer.backward(inputs, FloatMatrix::Random(40, 9), &below);
  const double squares = layer.gradient_square();

  EXPECT_GT(squares, 0.0);
  // A shift of all rows of one input changes no normalised sum.
  EXPECT_NEAR(below.colwise().sum().cwiseAbs().maxCoeff(), 0.0F, 2e-3F * below.norm());
}

}  // namespace
}  // namespace basalt::learn::hidden_layer_test
