#include "learn/network/construct_network.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/generate.hpp"
#include "learn/data/metrics.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::construct_network_test {
namespace {

NetworkSpec greedy_spec(std::size_t neurons) {
  NetworkSpec spec;
  spec.hidden = {neurons};
  spec.construction = Construction::greedy;
  spec.quantization.weight_bits = 4;
  spec.quantization.activation_bits = 4;
  spec.quantization.accumulator_bits = 5;
  spec.quantization.readout_bits = 8;
  return spec;
}

SparseQuantNeuralNetwork built(const NetworkSpec& spec, const Dataset& data) {
  std::vector<EpochRecord> history;
  return construct_network(spec, data, RandomStream(Seed{4}), {}, history);
}

double share_right(const SparseQuantNeuralNetwork& network, const Dataset& data) {
  const Matrix<double> scores = network.scores(data.features);
  std::vector<std::int32_t> labels;
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    labels.push_back(scores(row, 1) > scores(row, 0) ? 1 : 0);
  }
  return accuracy(data.labels, labels);
}

TEST(ConstructNetwork, SeparatesCirclesWithFourNeurons) {
  const Dataset data = generate("circles", 600, RandomStream(Seed{1}));
  const Dataset fresh = generate("circles", 600, RandomStream(Seed{2}));

  const SparseQuantNeuralNetwork network = built(greedy_spec(4), data);

  EXPECT_EQ(network.bootstraps(), 4U);
  EXPECT_GT(share_right(network, fresh), 0.97);  // a straight line has 0.5
}

TEST(ConstructNetwork, SoftSumsFitAsWell) {
  const Dataset data = generate("circles", 600, RandomStream(Seed{1}));
  NetworkSpec spec = greedy_spec(4);
  spec.quantization.soft_inputs = true;
  spec.quantization.activation_bits = 6;

  const SparseQuantNeuralNetwork network = built(spec, data);

  EXPECT_EQ(network.layers.front().truncated_bits.value, 4);
  EXPECT_GT(share_right(network, data), 0.97);
}

TEST(ConstructNetwork, ExplainsASmoothFunctionOfThreeFeatures) {
  const Dataset data = generate("smooth", 500, RandomStream(Seed{1}));
  const Dataset fresh = generate("smooth", 500, RandomStream(Seed{2}));
  const auto explained = [&](std::size_t neurons) {
    const SparseQuantNeuralNetwork network = built(greedy_spec(neurons), data);
    return r2_score(fresh.targets, network.scores(fresh.features));
  };

  const double few = explained(1), more = explained(12);

  EXPECT_GT(few, 0.5);
  EXPECT_GT(more, 0.92);
}

TEST(ConstructNetwork, OneNeuronAndMovedBordersSolveTheCheckerboard) {
  const Dataset data = generate("checkerboard", 3600, RandomStream(Seed{1}));
  const Dataset fresh = generate("checkerboard", 40000, RandomStream(Seed{2}));
  NetworkSpec spec = greedy_spec(1);
  spec.quantization.weight_bits = 3;
  spec.quantization.activation_bits = 2;
  spec.quantization.accumulator_bits = 2;

  const SparseQuantNeuralNetwork network = built(spec, data);

  EXPECT_GT(share_right(network, fresh), 0.945);  // 0.9555 is best, 0.91 with unmoved borders
}

TEST(ConstructNetwork, LossFallsWithEveryNeuronAndExchange) {
  const Dataset data = generate("moons", 300, RandomStream(Seed{1}));
  std::vector<EpochRecord> history;

  construct_network(greedy_spec(5), data, RandomStream(Seed{4}), {}, history);

  ASSERT_GE(history.size(), 5U);
  for (std::size_t i = 1; i < history.size(); ++i) {
    EXPECT_LT(history[i].train_loss, history[i - 1].train_loss + 1e-9);
  }
}

TEST(ConstructNetwork, AsksForOneHiddenLayer) {
  const Dataset data = generate("moons", 100, RandomStream(Seed{1}));
  NetworkSpec spec = greedy_spec(2);
  spec.hidden = {2, 2};

  expect_error(ErrorCode::invalid_argument, "layers, expected one of wrapping",
               [&] { built(spec, data); });
}

}  // namespace
}  // namespace basalt::learn::construct_network_test
