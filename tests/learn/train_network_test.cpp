#include "learn/train_network.hpp"

#include <gtest/gtest.h>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "learn/metrics.hpp"
#include "learn/network_in_training.hpp"

namespace basalt::learn {
namespace {

/// Rings around the origin: class = ring, which no linear model separates.
Dataset rings(std::size_t rows) {
  Dataset data;
  data.classes = {"inner", "outer"};
  data.features.resize(static_cast<Eigen::Index>(rows), 2);
  RandomStream random(Seed{3});
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const bool outer = i % 2 == 1;
    const double angle = random.uniform(0.0, 6.283), radius = outer ? 1.0 : 0.4;
    data.features(row, 0) = radius * std::cos(angle) + 0.05 * random.gaussian();
    data.features(row, 1) = radius * std::sin(angle) + 0.05 * random.gaussian();
    data.labels.push_back(outer ? 1 : 0);
  }
  return data;
}

/// Three targets of which the second is the first times -2.
Dataset waves(std::size_t rows) {
  Dataset data;
  data.task = Task::regression;
  data.features.resize(static_cast<Eigen::Index>(rows), 3);
  data.targets.resize(static_cast<Eigen::Index>(rows), 2);
  RandomStream random(Seed{4});
  for (Eigen::Index row = 0; row < data.features.rows(); ++row) {
    for (Eigen::Index c = 0; c < 3; ++c) data.features(row, c) = random.uniform(-1.0, 1.0);
    data.targets(row, 0) = 100.0 + data.features(row, 0) + 3.0 * data.features(row, 1);
    data.targets(row, 1) = -2.0 * data.targets(row, 0);
  }
  return data;
}

Settings settings_of(std::vector<std::pair<std::string, SettingValue>> chosen,
                     Task task = Task::classification) {
  const std::vector<SettingRule> rules = network_rules(task);
  Settings settings;
  for (auto& [name, value] : chosen) settings.set(rules, name, value);
  settings.complete(rules);
  return settings;
}

struct Trained {
  SparseQuantNeuralNetwork network;
  std::vector<EpochRecord> history;
};

Trained trained(const Settings& settings, const Dataset& data, std::uint64_t seed = 1,
                const EpochHook& hook = {}) {
  Trained result;
  result.network = train_network(network_spec(settings, data), data, RandomStream(Seed{seed}), hook,
                                 result.history);
  return result;
}

double accuracy_of(const SparseQuantNeuralNetwork& network, const Dataset& data) {
  const Matrix<double> scores = network.scores(data.features);
  std::vector<std::int32_t> predicted;
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    Eigen::Index label = 0;
    scores.row(row).maxCoeff(&label);
    predicted.push_back(static_cast<std::int32_t>(label));
  }
  return accuracy(data.labels, predicted);
}

const Settings small = settings_of({{"module__hidden", std::vector<std::int64_t>{24}},
                                    {"module__n_a_bits", std::int64_t{3}},
                                    {"module__n_accum_bits", std::int64_t{5}},
                                    {"max_epochs", std::int64_t{40}},
                                    {"batch_size", std::int64_t{50}}});

Settings with(Settings settings, const std::string& name, SettingValue value) {
  settings.set(network_rules(Task::classification), name, std::move(value));
  return settings;
}

TEST(TrainNetwork, SeparatesRingsUnderEveryRule) {
  const Dataset data = rings(600);
  for (const char* rule : {"omega", "bound", "wrap"}) {
    const Settings settings = with(small, "module__accumulator", std::string(rule));
    EXPECT_GE(accuracy_of(trained(settings, data).network, data), 0.9) << rule;
  }
}

TEST(TrainNetwork, StaysWithinItsBitsForAnyInputWhenBound) {
  const Dataset data = rings(400);
  Settings settings = with(small, "module__accumulator", std::string("bound"));
  settings = with(settings, "module__n_w_bits", std::int64_t{3});
  settings = with(settings, "module__n_layers", std::int64_t{3});
  const SparseQuantNeuralNetwork network = trained(settings, data).network;

  std::int64_t high = network.input_high;
  ASSERT_EQ(network.layers.size(), 2U);
  for (const QuantLayer& layer : network.layers) {
    EXPECT_FALSE(layer.wraps);
    EXPECT_LE(layer.bits.value, 5);
    for (Eigen::Index j = 0; j < layer.weights.rows(); ++j) {
      EXPECT_LE(layer.weights.row(j).cwiseAbs().sum() * high, 31);
    }
    high = 7;
    EXPECT_GE(layer.tables.minCoeff(), 0);
    EXPECT_LE(layer.tables.maxCoeff(), high);
  }
}

TEST(TrainNetwork, MakesNegacyclicTablesWhenWrapping) {
  Settings settings = with(small, "module__n_layers", std::int64_t{3});
  const SparseQuantNeuralNetwork network = trained(settings, rings(400)).network;

  ASSERT_EQ(network.layers.size(), 2U);
  for (const QuantLayer& layer : network.layers) {
    const Eigen::Index half = layer.tables.cols() / 2;
    for (Eigen::Index m = 0; m < half; ++m) {
      EXPECT_EQ(layer.tables(0, m) + layer.tables(0, m + half),
                layer.tables(0, 0) + layer.tables(0, half));
    }
  }
  for (const std::int32_t weight : network.readout.skip.reshaped()) EXPECT_EQ(weight % 2, 0);
}

TEST(TrainNetwork, DependsOnItsSeedOnly) {
  const Dataset data = rings(200);
  const auto id = [&](std::uint64_t seed) {
    return digest_of("network", trained(small, data, seed).network);
  };
  const Settings pinned = with(small, "random_state", std::int64_t{9});

  EXPECT_EQ(id(1), id(1));
  EXPECT_NE(id(1), id(2));
  EXPECT_EQ(digest_of("network", trained(pinned, data, 1).network),
            digest_of("network", trained(pinned, data, 2).network));
}

TEST(TrainNetwork, FitsSeveralTargets) {
  const Dataset data = waves(400);
  const Settings settings = settings_of({{"module__hidden", std::vector<std::int64_t>{8}},
                                         {"module__n_a_bits", std::int64_t{4}},
                                         {"module__n_accum_bits", std::int64_t{6}},
                                         {"max_epochs", std::int64_t{40}}},
                                        Task::regression);

  const SparseQuantNeuralNetwork network = trained(settings, data).network;

  EXPECT_GE(r2_score(data.targets, network.scores(data.features)), 0.97);
}

TEST(TrainNetwork, StopsEarlyWithoutImprovement) {
  Settings settings = with(small, "callbacks", std::vector<std::string>{"EarlyStopping"});
  settings = with(settings, "callbacks__EarlyStopping__patience", std::int64_t{20});
  settings = with(settings, "validation_share", 0.25);
  settings = with(settings, "max_epochs", std::int64_t{400});

  const Trained result = trained(settings, rings(600));

  EXPECT_LT(result.history.size(), 400U);
  EXPECT_GT(result.history.back().valid_accuracy, 0.8);
}

TEST(TrainNetwork, StopsWhenTheHookSaysSo) {
  std::size_t calls = 0;

  const Trained result = trained(small, rings(200), 1, [&](const EpochRecord& record) {
    ++calls;
    return record.epoch < 3;
  });

  EXPECT_EQ(calls, 3U);
  EXPECT_EQ(result.history.size(), 3U);
}

TEST(TrainNetwork, RemovesTheAskedShareOfNeurons) {
  const Settings settings = with(small, "module__n_prune_neurons_percentage", 0.5);

  EXPECT_EQ(trained(settings, rings(200)).network.layers.front().neurons(), 12U);
}

TEST(TrainNetwork, IsLinearWithOneLayer) {
  const Settings settings = with(small, "module__n_layers", std::int64_t{1});

  const SparseQuantNeuralNetwork network =
      trained(with(settings, "module__hidden", std::vector<std::int64_t>{}), rings(200)).network;

  EXPECT_EQ(network.bootstraps(), 0U);
  EXPECT_GT(network.readout.skip.cols(), 0);
}

TEST(TrainNetwork, KeepsTheBestOfSeveralStarts) {
  const Dataset data = rings(300);
  Settings settings = with(small, "module__hidden", std::vector<std::int64_t>{2});
  const double one = accuracy_of(trained(settings, data).network, data);

  settings = with(settings, "restarts", std::int64_t{6});
  const double best = accuracy_of(trained(settings, data).network, data);

  EXPECT_GT(best, one);
}

TEST(TrainNetwork, KeepsTheBestEpochOnRequest) {
  Settings settings = with(small, "callbacks", std::vector<std::string>{"Checkpoint"});
  settings = with(settings, "validation_share", 0.3);
  settings = with(settings, "max_epochs", std::int64_t{100});
  const Dataset data = rings(600);

  const Trained result = trained(settings, data);

  double best = 1e300;
  for (const EpochRecord& record : result.history) best = std::min(best, record.valid_loss);
  EXPECT_LE(best, result.history.back().valid_loss);
  EXPECT_GT(accuracy_of(result.network, data), 0.85);
}

}  // namespace
}  // namespace basalt::learn
