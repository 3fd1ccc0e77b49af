// Tests of the tables of padded layers whose sums are rounded.
#include <gtest/gtest.h>

#include "learn/layer/hidden_layer.hpp"

namespace basalt::learn::hidden_layer_tables_test {
namespace {

/// Concrete ML's rule without pruning: 4-bit weights on 4-bit inputs.
HiddenLayerSpec wide_spec(std::size_t inputs, const char* activation = "ReLU") {
  HiddenLayerSpec spec;
  spec.inputs = spec.omega = inputs;
  spec.neurons = 6;
  spec.input_high = 15;
  spec.rule = AccumulatorRule::omega;
  spec.weight_low = -8;
  spec.weight_high = 7;
  spec.activation_bits = 4;
  spec.is_signed = spec.rounds = true;
  spec.last = false;
  spec.activation = &activation_named(activation);
  return spec;
}

FloatMatrix inputs_of(std::size_t columns) {
  RandomStream random(Seed{17});
  FloatMatrix inputs(80, static_cast<Eigen::Index>(columns));
  for (float& value : inputs.reshaped()) value = static_cast<float>(random.below(16));
  return inputs;
}

/// What the finished layer makes of the rows.
Matrix<std::int64_t> finished(const QuantLayer& layer, const FloatMatrix& inputs) {
  return through(layer, inputs.cast<std::int64_t>());
}

TEST(RoundedSums, GiveInTrainingWhatTheFinishedTablesGive) {
  for (const std::size_t count : {20, 60, 300}) {
    for (const char* activation : {"ReLU", "Sigmoid"}) {
      HiddenLayer layer(wide_spec(count, activation), RandomStream(Seed{5}));
      const FloatMatrix inputs = inputs_of(count);
      layer.forward(inputs, Phase::learning);
      layer.freeze_statistics(inputs);
      for (int step = 0; step < 3; ++step) {
        const FloatMatrix values = layer.forward(inputs, Phase::frozen);
        const QuantLayer tables = layer.finish();
        EXPECT_TRUE(tables.rounds_exactly) << count;
        EXPECT_GT(tables.truncated_bits.value, 0);
        EXPECT_LE(tables.bits.value, 9);
        EXPECT_EQ(finished(tables, inputs), values.cast<std::int64_t>()) << count << activation;
        // Weights move, and with them how wide the sums are.
        layer.backward(inputs, FloatMatrix::Random(80, 6), nullptr);
        layer.step(DescentSpec{}, 0.05, 1.0F);
        layer.round_weights();
      }
    }
  }
}

TEST(RoundedSums, StayCloseToSumsThatAreNot) {
  HiddenLayerSpec exact = wide_spec(40);
  exact.rounds = false;
  HiddenLayer rounded(wide_spec(40), RandomStream(Seed{5})), plain(exact, RandomStream(Seed{5}));
  const FloatMatrix inputs = inputs_of(40);
  for (HiddenLayer* layer : {&rounded, &plain}) layer->freeze_statistics(inputs);

  const Matrix<std::int64_t> near = finished(rounded.finish(), inputs);
  const Matrix<std::int64_t> right = finished(plain.finish(), inputs);

  EXPECT_EQ(plain.finish().truncated_bits.value, 0);
  EXPECT_LT(rounded.finish().bits.value + 2, plain.finish().bits.value);
  EXPECT_LE((near - right).cwiseAbs().maxCoeff(), 1);  // half a code and its rounding
  EXPECT_LT((near - right).cwiseAbs().cast<double>().mean(), 0.3);
}

TEST(RoundedSums, AreLeftAloneWhereATableReadsThem) {
  HiddenLayerSpec narrow = wide_spec(5);
  narrow.weight_low = -2;
  narrow.weight_high = 1;
  HiddenLayer layer(narrow, RandomStream(Seed{5}));
  layer.freeze_statistics(inputs_of(5));

  EXPECT_FALSE(layer.finish().rounds_exactly);
  EXPECT_LE(layer.finish().bits.value, 7);
}

}  // namespace
}  // namespace basalt::learn::hidden_layer_tables_test
