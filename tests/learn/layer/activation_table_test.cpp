// Every activation becomes a look-up table: its entries are the function on the integer grid.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "learn/layer/hidden_layer.hpp"

namespace basalt::learn::activation_table_test {
namespace {

constexpr int inputs = 6, high = 7, activation_bits = 3;

/// A layer whose statistics are those of the batch that it has seen.
HiddenLayer frozen_layer(const Activation& activation, bool last, FloatMatrix& batch) {
  HiddenLayerSpec spec;
  spec.inputs = inputs;
  spec.neurons = 5;
  spec.input_high = high;
  spec.rule = AccumulatorRule::bound;
  spec.grid = {.largest = 3, .budget = 36.0, .squares = false};
  spec.table_bits = 8;
  spec.activation_bits = activation_bits;
  spec.last = last;
  spec.activation = &activation;
  HiddenLayer layer(spec, RandomStream(Seed{4}));
  RandomStream random(Seed{9});
  batch.resize(400, inputs);
  for (float& value : batch.reshaped()) value = static_cast<float>(random.below(high + 1));
  layer.freeze_statistics(batch);
  return layer;
}

/// The grid of a table's entries covers the activation's values on [-2, 2].
struct Grid {
  double low = 1e300, top = -1e300;
  explicit Grid(const Activation& activation) {
    for (double x = -2.0; x <= 2.0; x += 1.0 / 512) {
      low = std::min(low, activation.value(x));
      top = std::max(top, activation.value(x));
    }
  }
  double place(double value) const {
    const int codes = (1 << activation_bits) - 1;
    return std::clamp((value - low) * codes / std::max(top - low, 1e-6), 0.0, double(codes));
  }
};

TEST(ActivationTable, IsTheFunctionOnItsIntegerGrid) {
  for (const Activation& activation : activations()) {
    FloatMatrix batch;
    const HiddenLayer layer = frozen_layer(activation, false, batch);
    const QuantLayer table = layer.finish();
    const LayerState state = layer.state();
    const Grid grid(activation);
    ASSERT_EQ(table.tables.rows(), 5) << activation.name;
    for (Eigen::Index neuron = 0; neuron < 5; ++neuron) {
      for (Eigen::Index i = 0; i < table.tables.cols(); ++i) {
        const auto sum = static_cast<double>(i - table.bias[static_cast<std::size_t>(neuron)]);
        const double white = (sum - static_cast<double>(state.running_mean(0, neuron))) *
                             static_cast<double>(state.running_inverse(0, neuron));
        const double clamped = std::clamp(white, -8.0, 8.0);
        // Sums are looked up in steps of 1/256, so that an entry may be rounded from half a step
        // beside.
        const double reach = 1.5 / 256;
        const double below = grid.place(activation.value(clamped - reach));
        const double above = grid.place(activation.value(clamped + reach));
        const double slack = std::max(0.02, 0.02 * std::abs(above - below)) + 0.5;
        EXPECT_GE(static_cast<double>(table.tables(neuron, i)), std::min(below, above) - slack)
            << activation.name << " at " << clamped;
        EXPECT_LE(static_cast<double>(table.tables(neuron, i)), std::max(below, above) + slack)
            << activation.name << " at " << clamped;
      }
    }
  }
}

TEST(ActivationTable, IsWhatTrainingSaw) {
  for (const Activation& activation : activations()) {
    FloatMatrix batch;
    HiddenLayer layer = frozen_layer(activation, false, batch);
    const FloatMatrix seen = layer.forward(batch, Phase::frozen);
    SparseQuantNeuralNetwork network;
    network.layers = {layer.finish()};
    network.grid.feature_of.resize(inputs);
    const Matrix<std::int64_t> looked_up = network.forward_all(batch.cast<std::int64_t>()).front();
    EXPECT_EQ(seen.cast<std::int64_t>(), looked_up) << activation.name;
    EXPECT_LE(looked_up.maxCoeff(), (1 << activation_bits) - 1) << activation.name;
    EXPECT_GT(looked_up.maxCoeff(), looked_up.minCoeff()) << activation.name;
  }
}

}  // namespace
}  // namespace basalt::learn::activation_table_test
