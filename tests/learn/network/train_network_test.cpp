#include "learn/network/train_network.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "learn/data/metrics.hpp"
#include "learn/network/network_in_training.hpp"

namespace basalt::learn::train_network_test {
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
  prepare_network_settings(settings, task);
  settings.complete(rules);
  return settings;
}

struct Trained {
  SparseQuantNeuralNetwork network;
  std::vector<EpochRecord> history;
};

Trained trained(const Settings& settings, const Dataset& data, std::uint64_t seed = 1,
                const TrainingHooks& hook = {}) {
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

  std::int64_t high = network.grid.input_high;
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

TEST(TrainNetwork, StartsARegressionAtItsLinearSolutionUnlessToldOtherwise) {
  const Dataset data = waves(400);
  const auto after_six_steps = [&](bool linear_start) {
    const Settings brief = settings_of({{"module__hidden", std::vector<std::int64_t>{8}},
                                        {"module__n_a_bits", std::int64_t{4}},
                                        {"max_epochs", std::int64_t{2}},
                                        {"linear_start", linear_start}},
                                       Task::regression);
    return r2_score(data.targets, trained(brief, data).network.scores(data.features));
  };

  EXPECT_GE(after_six_steps(true), 0.8);
  EXPECT_LE(after_six_steps(false), 0.5);
}

TEST(TrainNetwork, ARegressionThatHardlyDescendsIsItsLinearSolution) {
  const Dataset data = waves(400);
  const Settings still = settings_of({{"module__hidden", std::vector<std::int64_t>{8}},
                                      {"module__n_a_bits", std::int64_t{4}},
                                      {"max_epochs", std::int64_t{2}},
                                      {"lr", 1e-9}},
                                     Task::regression);

  const SparseQuantNeuralNetwork network = trained(still, data).network;

  EXPECT_GE(r2_score(data.targets, network.scores(data.features)), 0.8);
  EXPECT_LE(network.readout.skip.cwiseAbs().maxCoeff(), 32 * 2047);
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

TEST(TrainNetwork, CallsItsHooksInTheOrderOfSkorch) {
  std::string calls;
  TrainingHooks hooks;
  hooks.on_train_begin = [&](std::size_t epochs) { calls += "T" + std::to_string(epochs); };
  hooks.on_epoch_begin = [&](std::int64_t) { calls += " E"; };
  hooks.on_batch_begin = [&](const BatchRecord&) { calls += "b"; };
  hooks.on_grad_computed = [&](const BatchRecord& batch) {
    calls += batch.gradient_norm > 0 ? "g" : "?";
  };
  hooks.on_batch_end = [&](const BatchRecord& batch) { calls += batch.loss > 0 ? "B" : "?"; };
  hooks.on_epoch_end = [&](const EpochRecord&) {
    calls += "e";
    return true;
  };
  hooks.on_train_end = [&](const std::vector<EpochRecord>& history) {
    calls += " t" + std::to_string(history.size());
  };
  const Settings settings =
      with(with(small, "max_epochs", std::int64_t{2}), "batch_size", std::int64_t{80});

  const Trained watched = trained(settings, rings(200), 1, hooks);

  EXPECT_EQ(calls, "T2 EbgBbgBe EbgBbgBe t2");
  EXPECT_EQ(digest_of("network", watched.network),
            digest_of("network", trained(settings, rings(200)).network));
}

TEST(TrainNetwork, TrainsOnTheLastRowsUnlessTheyAreDropped) {
  const auto rows_of = [](bool drop) {
    std::vector<std::int64_t> rows;
    TrainingHooks hooks;
    hooks.on_batch_end = [&](const BatchRecord& batch) { rows.push_back(batch.rows); };
    const Settings settings =
        with(with(small, "max_epochs", std::int64_t{1}), "iterator_train__drop_last", drop);
    trained(settings, rings(120), 1, hooks);
    return rows;
  };
  EXPECT_EQ(rows_of(true), (std::vector<std::int64_t>{50, 50}));
  EXPECT_EQ(rows_of(false), (std::vector<std::int64_t>{50, 50, 20}));
}

TEST(TrainNetwork, ScoresEveryEpochAndWatchesTheScores) {
  Settings settings = with(
      small, "callbacks", std::vector<std::string>{"EpochScoring", "EarlyStopping", "LRScheduler"});
  settings = with(settings, "callbacks__EpochScoring__scoring",
                  std::vector<std::string>{"accuracy", "f1_macro"});
  settings = with(settings, "callbacks__EarlyStopping__monitor", std::string("f1_macro"));
  settings = with(settings, "callbacks__EarlyStopping__lower_is_better", false);
  settings = with(settings, "callbacks__EarlyStopping__patience", std::int64_t{2});
  settings = with(settings, "callbacks__LRScheduler__policy", std::string("ExponentialLR"));
  settings = with(settings, "callbacks__LRScheduler__gamma", 0.5);
  settings = with(settings, "train_split", std::int64_t{4});

  const std::vector<EpochRecord> history = trained(settings, rings(400)).history;

  ASSERT_GE(history.size(), 3U);
  ASSERT_LT(history.size(), 40U);
  for (std::size_t i = 0; i < history.size(); ++i) {
    EXPECT_EQ(history[i].scores.at("accuracy"), history[i].valid_accuracy);
    EXPECT_NEAR(history[i].scores.at("event_lr"), 0.01 * std::pow(0.5, i), 1e-12);
  }
  const double last = history.back().scores.at("f1_macro");
  EXPECT_LE(last, history[history.size() - 3].scores.at("f1_macro"));
}

TEST(TrainNetwork, GivesHeavierClassesMoreOfTheRows) {
  const Dataset data = rings(400);
  Settings settings = with(small, "module__hidden", std::vector<std::int64_t>{1});
  const auto called_outer = [&](double weight) {
    const SparseQuantNeuralNetwork network =
        trained(with(settings, "criterion__weight", std::vector<double>{1.0, weight}), data)
            .network;
    const std::vector<std::int32_t> labels = predicted_classes(network.scores(data.features));
    return std::ranges::count(labels, 1);
  };
  EXPECT_GT(called_outer(20.0), called_outer(0.05) + 100);
}

TEST(TrainNetwork, DecidesEverythingByOneRandomState) {
  Settings settings = with(small, "random_state", std::int64_t{5});
  settings = with(settings, "validation_share", 0.25);
  settings = with(settings, "restarts", std::int64_t{2});
  settings = with(settings, "max_epochs", std::int64_t{4});
  const Dataset data = rings(200);

  const Trained one = trained(settings, data, 1), other = trained(settings, data, 2);

  EXPECT_EQ(digest_of("network", one.network), digest_of("network", other.network));
  EXPECT_EQ(one.history.back().valid_loss, other.history.back().valid_loss);
}

struct Resumed {
  SparseQuantNeuralNetwork network;
  std::vector<EpochRecord> history;
};

Resumed resumed(const Settings& settings, const Trained& start, const Dataset& data) {
  Resumed result{.network = {}, .history = start.history};
  result.network = resume_network(network_spec(settings, data), start.network, data,
                                  RandomStream(Seed{1}), {}, result.history);
  return result;
}

TEST(ResumeNetwork, GoesOnWhereTrainingEnded) {
  const Dataset data = rings(600);
  for (const char* rule : {"omega", "bound", "wrap"}) {
    const Settings settings = with(small, "module__accumulator", std::string(rule));
    const Trained start = trained(settings, data);
    const Settings gentle = with(with(settings, "max_epochs", std::int64_t{2}), "lr", 1e-9);

    const Resumed same = resumed(gentle, start, data);
    const Resumed more =
        resumed(with(with(settings, "max_epochs", std::int64_t{20}), "lr", 1e-3), start, data);

    EXPECT_EQ(same.network.layers.front().weights, start.network.layers.front().weights) << rule;
    EXPECT_NEAR(same.history.back().train_loss, start.history.back().train_loss, 0.15) << rule;
    EXPECT_GE(accuracy_of(more.network, data), accuracy_of(start.network, data) - 0.05) << rule;
    ASSERT_EQ(more.history.size(), 60U);
    EXPECT_EQ(more.history.back().epoch, 60);
  }
}

TEST(ResumeNetwork, PrunesAndFineTunesOnce) {
  const Dataset data = rings(600);
  const Trained start = trained(small, data);
  const Settings settings =
      with(with(small, "module__n_prune_neurons_percentage", 0.5), "max_epochs", std::int64_t{30});

  const Resumed pruned = resumed(settings, start, data);

  EXPECT_EQ(pruned.network.layers.front().neurons(), 12U);
  EXPECT_EQ(pruned.network.outputs(), start.network.outputs());
  EXPECT_GE(accuracy_of(pruned.network, data), accuracy_of(start.network, data) - 0.05);
  try {
    resumed(settings, {pruned.network, {}}, data);
    FAIL() << "pruned twice";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("already pruned"), std::string::npos);
    EXPECT_EQ(error.subject(), "module__n_prune_neurons_percentage");
  }
}

}  // namespace
}  // namespace basalt::learn::train_network_test
