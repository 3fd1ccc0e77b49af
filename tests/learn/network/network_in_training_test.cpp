#include "learn/network/network_in_training.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "learn/network/fit_input_grid.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::network_in_training_test {
namespace {

struct Toy {
  InputGrid grid;
  Matrix<double> features;
  FloatMatrix inputs;
};

Toy toy() {
  Toy made;
  RandomStream random(Seed{3});
  made.features.resize(80, 12);
  for (double& value : made.features.reshaped()) value = random.gaussian();
  made.grid = fit_input_grid(made.features, Bits{2}, false);
  made.inputs = made.grid.quantize(made.features).cast<float>();
  return made;
}

NetworkSpec spec_of(AccumulatorRule rule) {
  NetworkSpec spec;
  spec.hidden = {10, 7};
  spec.quantization.rule = rule;
  spec.quantization.accumulator_bits = 5;
  spec.quantization.activation = "ReLU";
  return spec;
}

TEST(NetworkInTraining, GivesTheScoresOfItsFinishedForm) {
  const Toy data = toy();
  for (const auto rule : {AccumulatorRule::omega, AccumulatorRule::bound, AccumulatorRule::wrap}) {
    const NetworkSpec spec = spec_of(rule);
    NetworkInTraining network(spec, {data.grid, data.inputs, 0}, 4, 80, RandomStream(Seed{1}));
    FloatMatrix gradient = FloatMatrix::Random(80, 4);
    for (int i = 0; i < 5; ++i) {  // so that the skip and the biases are not zero
      network.round_weights();
      network.forward(data.inputs, Phase::learning, true);
      network.backward(data.inputs, gradient);
      network.step(spec.training.descent, 0.05, 1.0F);
    }
    network.round_weights();
    network.freeze_statistics(data.inputs);

    const FloatMatrix scores = network.forward(data.inputs, Phase::frozen, true);
    const Matrix<double> finished = network.finish().scores(data.features);

    EXPECT_NEAR((scores.cast<double>() - finished).cwiseAbs().maxCoeff(), 0.0, 1e-4);
  }
}

TEST(NetworkInTraining, RemovesNeuronsOfEveryLayer) {
  const Toy data = toy();
  NetworkInTraining network(spec_of(AccumulatorRule::bound), {data.grid, data.inputs, 0}, 3, 80,
                            RandomStream(Seed{1}));

  EXPECT_FALSE(network.is_pruned());
  network.prune(0.3);
  EXPECT_TRUE(network.is_pruned());
  const SparseQuantNeuralNetwork finished = network.finish();

  EXPECT_EQ(finished.layers[0].neurons(), 7U);
  EXPECT_EQ(finished.layers[1].neurons(), 5U);
  EXPECT_EQ(finished.layers[1].weights.cols(), 7);
  EXPECT_EQ(finished.readout.weights.cols(), 5);
}

TEST(NetworkInTraining, StepsAgainstAShareOfItsGradients) {
  const Toy data = toy();
  NetworkSpec spec = spec_of(AccumulatorRule::wrap);
  spec.training.descent.rule = DescentRule::sgd;
  spec.quantization.skip = false;
  constexpr double pull = 80 * 100.0;  // of each of the two biases
  const auto offset_after = [&](double longest) {
    NetworkInTraining network(spec, {data.grid, data.inputs, 0}, 2, 80, RandomStream(Seed{1}));
    network.forward(data.inputs, Phase::learning, false);
    network.backward(data.inputs, FloatMatrix::Constant(80, 2, 100.0F));
    const double norm = network.gradient_norm();
    EXPECT_GE(norm, pull);
    network.step(spec.training.descent, 1.0, static_cast<float>(std::min(1.0, longest / norm)));
    return std::abs(network.finish().readout.offset.front());
  };

  EXPECT_LE(offset_after(0.5), 0.5);
  EXPECT_GT(offset_after(1e9), 100.0);
}

TEST(NetworkInTraining, ComesBackFromItsState) {
  const Toy data = toy();
  for (const auto rule : {AccumulatorRule::omega, AccumulatorRule::bound, AccumulatorRule::wrap}) {
    const NetworkSpec spec = spec_of(rule);
    const InputEncoding encoding{data.grid, data.inputs, 0};
    NetworkInTraining network(spec, encoding, 4, 80, RandomStream(Seed{1}));
    network.forward(data.inputs, Phase::learning, true);
    network.backward(data.inputs, FloatMatrix::Random(80, 4));
    network.step(spec.training.descent, 0.05, 1.0F);
    network.round_weights();
    network.freeze_statistics(data.inputs);

    NetworkInTraining other(spec, encoding, 4, 80, RandomStream(Seed{2}));
    EXPECT_NE(digest_of("network", other.finish()), digest_of("network", network.finish()));
    other.restore(network.state());

    EXPECT_EQ(digest_of("network", other.finish()), digest_of("network", network.finish()));
    NetworkInTraining wider(spec, encoding, 5, 80, RandomStream(Seed{2}));
    expect_error(ErrorCode::mismatch, "settings and the data ask",
                 [&] { wider.restore(network.state()); });
  }
}

TEST(NetworkInTraining, KnowsHowManyWeightsANeuronMayHave) {
  const Toy data = toy();
  const auto most = [&](AccumulatorRule rule) {
    const NetworkSpec spec = spec_of(rule);
    return NetworkInTraining(spec, {data.grid, data.inputs, 0}, 4, 80, RandomStream(Seed{1}))
        .max_active_neurons(0);
  };
  EXPECT_EQ(most(AccumulatorRule::omega), 3U);   // floor(31 / 3 / 3)
  EXPECT_EQ(most(AccumulatorRule::bound), 10U);  // floor(31 / 3)
}

}  // namespace
}  // namespace basalt::learn::network_in_training_test
