#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/layer/hidden_layer.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::hidden_layer_state_test {
namespace {

HiddenLayerSpec spec_of(AccumulatorRule rule, bool last) {
  HiddenLayerSpec spec;
  spec.inputs = 20;
  spec.neurons = 9;
  spec.rule = rule;
  spec.grid = {.largest = 1, .budget = 10.0, .squares = rule == AccumulatorRule::wrap};
  spec.omega = 6;
  spec.weight_low = -2;
  spec.last = last;
  spec.activation = &activation_named("ReLU");
  return spec;
}

TEST(LayerState, GivesAnotherLayerTheSameIntegers) {
  for (const AccumulatorRule rule :
       {AccumulatorRule::omega, AccumulatorRule::bound, AccumulatorRule::wrap}) {
    HiddenLayer layer(spec_of(rule, false), RandomStream(Seed{5}));
    HiddenLayer other(spec_of(rule, false), RandomStream(Seed{6}));
    layer.freeze_statistics(FloatMatrix::Random(50, 20).cwiseAbs());

    other.restore(layer.state());

    EXPECT_EQ(other.finish().weights, layer.finish().weights);
    EXPECT_EQ(other.finish().tables, layer.finish().tables);
    EXPECT_EQ(other.finish().bias, layer.finish().bias);
  }
}

TEST(LayerState, IsRefusedByALayerOfAnotherShape) {
  HiddenLayer layer(spec_of(AccumulatorRule::bound, false), RandomStream(Seed{5}));
  HiddenLayerSpec wide = layer.spec();
  wide.inputs = 21;
  HiddenLayer other(wide, RandomStream(Seed{5}));

  expect_error(ErrorCode::mismatch, "weights, expected", [&] { other.restore(layer.state()); });
}

TEST(HiddenLayer, LosesTheNeuronsThatAreNotKept) {
  HiddenLayer layer(spec_of(AccumulatorRule::wrap, true), RandomStream(Seed{5}));
  const QuantLayer before = layer.finish();

  layer.keep_neurons({1, 4, 8});
  const QuantLayer after = layer.finish();

  ASSERT_EQ(after.neurons(), 3U);
  EXPECT_EQ(after.weights.row(1), before.weights.row(4));
  EXPECT_EQ(after.bias[2], before.bias[8]);
  layer.keep_inputs({0, 1, 2, 3, 5});
  EXPECT_EQ(layer.finish().weights.cols(), 5);
}

}  // namespace
}  // namespace basalt::learn::hidden_layer_state_test
