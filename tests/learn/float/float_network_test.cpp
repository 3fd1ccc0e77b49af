#include "learn/float/float_network.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/metrics.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::float_network_test {
namespace {

using Eigen::Index;

/// Class 1 inside a ring, which no linear model separates.
Dataset ring(std::size_t rows) {
  Dataset data;
  data.classes = {"out", "in"};
  data.features.resize(static_cast<Index>(rows), 2);
  RandomStream random(Seed{2});
  for (Index row = 0; row < data.features.rows(); ++row) {
    for (Index j = 0; j < 2; ++j) data.features(row, j) = random.uniform(-1.5, 1.5);
    data.labels.push_back(data.features.row(row).norm() < 0.9 ? 1 : 0);
  }
  return data;
}

NetworkSpec spec_of(std::vector<std::size_t> hidden) {
  NetworkSpec spec;
  spec.hidden = std::move(hidden);
  spec.quantization.activation = "ReLU";
  spec.training.epochs = 30;
  spec.training.batch_size = 32;
  spec.training.descent.learning_rate = 0.01;
  return spec;
}

double accuracy_of(const FloatNetwork& network, const Dataset& data) {
  const Matrix<double> scores = float_scores(network, data.features);
  std::vector<std::int32_t> labels;
  for (Index row = 0; row < scores.rows(); ++row) {
    labels.push_back(scores(row, 1) > scores(row, 0) ? 1 : 0);
  }
  return accuracy(data.labels, labels);
}

TEST(FloatNetwork, SeparatesARing) {
  const Dataset data = ring(800);
  std::vector<EpochRecord> history;

  const FloatNetwork network =
      train_float_network(spec_of({16, 8}), 0, data, RandomStream(Seed{1}), {}, history);

  EXPECT_GT(accuracy_of(network, data), 0.95);
  EXPECT_EQ(network.size(), 3U);
  EXPECT_EQ(history.size(), 30U);
  EXPECT_LT(history.back().train_loss, 0.6 * history.front().train_loss);
}

TEST(FloatNetwork, KeepsTheAskedNumberOfWeights) {
  const Dataset data = ring(100);
  std::vector<EpochRecord> history;

  const FloatNetwork network =
      train_float_network(spec_of({20, 20}), 5, data, RandomStream(Seed{1}), {}, history);

  EXPECT_EQ((network[0].weights.array() != 0.0).count(), 40);  // 2 inputs: nothing to remove
  EXPECT_EQ((network[1].weights.array() != 0.0).count(), 100);
  EXPECT_EQ((network[2].weights.array() != 0.0).count(), 10);
}

TEST(FloatNetwork, LearnsTargetsInTheirOwnUnits) {
  Dataset data = ring(400);
  data.task = Task::regression;
  data.classes.clear();
  data.labels.clear();
  data.targets = (100.0 * data.features.col(0).array().abs() + 500.0).matrix();
  std::vector<EpochRecord> history;

  const FloatNetwork network =
      train_float_network(spec_of({16}), 0, data, RandomStream(Seed{1}), {}, history);

  EXPECT_GT(r2_score(data.targets, float_scores(network, data.features)), 0.95);
}

TEST(FloatNetwork, OneSeedDecidesEverything) {
  const Dataset data = ring(200);
  const auto weights = [&](std::uint64_t seed) {
    std::vector<EpochRecord> history;
    return train_float_network(spec_of({8}), 0, data, RandomStream(Seed{seed}), {}, history)[0]
        .weights;
  };

  EXPECT_EQ(weights(4), weights(4));
  EXPECT_NE(weights(4), weights(5));
}

TEST(FloatNetwork, LayersThatDoNotFitAreRefused) {
  const Matrix<double> features = Matrix<double>::Zero(3, 4);
  const auto layer = [](Index neurons, Index inputs) {
    return FloatLayer{Matrix<double>::Ones(neurons, inputs), Vector<double>::Zero(neurons), {}};
  };
  FloatLayer infinite = layer(2, 4);
  infinite.weights(0, 0) = std::numeric_limits<double>::infinity();

  expect_error(ErrorCode::invalid_argument, "has no layer",
               [&] { float_scores(FloatNetwork{}, features); });
  expect_error(ErrorCode::mismatch, "biases reads", [&] { float_scores({layer(2, 5)}, features); });
  expect_error(ErrorCode::invalid_argument, "weight is not finite",
               [&] { float_scores({infinite}, features); });
}

}  // namespace
}  // namespace basalt::learn::float_network_test
