#include "learn/convolution/train_cnn.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/metrics.hpp"
#include "learn/estimator/train.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::train_cnn_test {
namespace {

/// Images of 4 x 4 random pixels and two sums of them.
Dataset sums(std::size_t rows) {
  Dataset data;
  data.task = Task::regression;
  data.image = ImageShape{4, 4, 1};
  data.features.resize(static_cast<Eigen::Index>(rows), 16);
  RandomStream random{Seed{4}};
  for (Eigen::Index i = 0; i < data.features.size(); ++i) {
    data.features.data()[i] = random.uniform(-1.0, 1.0);
  }
  data.targets.resize(data.features.rows(), 2);
  data.targets.col(0) = 7.0 * data.features.leftCols(8).rowwise().sum();
  data.targets.col(1) = (data.features.rowwise().sum().array() - 30.0).matrix();
  return data;
}

CnnSpec spec_for(const Dataset& data, double validation_share = 0.0) {
  const Estimator& estimator = estimator_named("QuantCNNRegressor");
  Settings settings;
  settings.set(estimator.rules, "layers", std::vector<std::string>{"conv2d(3, 2)"});
  settings.set(estimator.rules, "max_epochs", std::int64_t{3});
  settings.set(estimator.rules, "batch_size", std::int64_t{16});
  settings.set(estimator.rules, "validation_share", validation_share);
  complete(estimator, settings);
  return cnn_spec(settings, data);
}

TEST(TrainCnn, CallsTheHooksOfTheOneTrainingLoop) {
  const Dataset data = sums(64);
  std::size_t begins = 0, batches = 0, gradients = 0;
  TrainingHooks hooks;
  hooks.on_train_begin = [&](std::size_t epochs) { begins += epochs; };
  hooks.on_batch_end = [&](const BatchRecord&) { ++batches; };
  hooks.on_grad_computed = [&](const BatchRecord& batch) { gradients += batch.gradient_norm > 0; };
  std::vector<EpochRecord> history;

  train_cnn(spec_for(data, 0.25), data, RandomStream(Seed{1}), hooks, history);

  EXPECT_EQ(begins, 3U);
  EXPECT_EQ(batches, 9U);
  EXPECT_EQ(gradients, 9U);
  ASSERT_EQ(history.size(), 3U);
  EXPECT_TRUE(history.back().has_valid_rows());
}

TEST(TrainCnn, RemembersTheScaleOfItsTargets) {
  const Dataset data = sums(64);
  std::vector<EpochRecord> history;
  const QuantCNN network =
      train_cnn(spec_for(data), data, RandomStream(Seed{1}), TrainingHooks{}, history);

  ASSERT_EQ(network.state.target_mean.size(), 2U);
  EXPECT_NEAR(network.state.target_mean[1], data.targets.col(1).mean(), 1e-9);
  EXPECT_NEAR(network.scores(data.features).col(1).mean(), -30.0, 3.0);
}

TEST(TrainCnn, StartsARegressionAtItsLinearSolutionUnlessToldOtherwise) {
  const Dataset data = sums(400);
  CnnSpec spec = spec_for(data);
  spec.training.epochs = 1;
  for (const bool linear_start : {true, false}) {
    spec.training.linear_start = linear_start;
    std::vector<EpochRecord> history;
    const QuantCNN network = train_cnn(spec, data, RandomStream(Seed{1}), TrainingHooks{}, history);

    const Matrix<double> scores = network.scores(data.features);
    for (Eigen::Index c = 0; c < 2; ++c) {
      const double explained = r2_score(data.targets.col(c), scores.col(c));
      EXPECT_EQ(explained > 0.5, linear_start) << explained;
    }
  }
}

TEST(ResumeCnn, KeepsGridAndScale) {
  const Dataset data = sums(64);
  const CnnSpec spec = spec_for(data);
  std::vector<EpochRecord> history;
  const QuantCNN start = train_cnn(spec, data, RandomStream(Seed{1}), TrainingHooks{}, history);
  Dataset other = data;
  other.features *= 3.0;
  other.targets *= 3.0;

  const QuantCNN network =
      resume_cnn(spec, start, other, RandomStream(Seed{1}), TrainingHooks{}, history);

  EXPECT_EQ(network.grid.origin, start.grid.origin);
  EXPECT_EQ(network.state.target_mean, start.state.target_mean);
  EXPECT_EQ(history.size(), 6U);
  EXPECT_EQ(history.back().epoch, 6);
  other.targets.conservativeResize(Eigen::NoChange, 1);
  expect_error(ErrorCode::mismatch, "outputs, the data", [&] {
    resume_cnn(spec, start, other, RandomStream(Seed{1}), TrainingHooks{}, history);
  });
}

TEST(TrainCnn, RemovesHalfOfTheChannelsAndTrainsTheRest) {
  const Dataset data = sums(200);
  CnnSpec spec = spec_for(data);
  spec.stages = read_layers({"conv2d(4, 2)", "dense(6)"}, {.image = spec.image});
  spec.quantization.pruned_share = 0.5;
  std::vector<EpochRecord> history;

  const QuantCNN network = train_cnn(spec, data, RandomStream(Seed{1}), TrainingHooks{}, history);

  EXPECT_EQ(network.stages[0].output.channels, 2U);
  EXPECT_EQ(network.stages[1].layer.weights.cols(), 18);
  EXPECT_EQ(network.bootstraps(), 2 * 9 + 3U);
  EXPECT_GT(r2_score(data.targets, network.scores(data.features)), 0.8);
}

TEST(ResumeCnn, PrunesADepthwiseLayerAndGoesOn) {
  const Dataset data = sums(64);
  CnnSpec spec = spec_for(data);
  spec.stages = read_layers({"conv2d(4, 2)", "conv2d(4, 2, groups=4)"}, {.image = spec.image});
  CnnSpec pruning = spec;
  pruning.quantization.pruned_share = 0.5;
  std::vector<EpochRecord> history;
  const RandomStream random(Seed{1});
  const QuantCNN start = train_cnn(spec, data, random, TrainingHooks{}, history);

  const QuantCNN half = resume_cnn(pruning, start, data, random, TrainingHooks{}, history);
  const QuantCNN tuned = resume_cnn(spec, half, data, random, TrainingHooks{}, history);

  for (const QuantCNN* network : {&half, &tuned}) {
    EXPECT_EQ(network->stages[0].output.channels, 2U);
    EXPECT_EQ(network->stages[1].groups, 2U);
    EXPECT_EQ(network->stages[1].layer.neurons(), 2U);
    EXPECT_EQ(network->scores(data.features).rows(), 64);
  }
  EXPECT_EQ(start.bootstraps(), 2 * half.bootstraps());
}

TEST(ResumeCnn, PrunesATrainedNetworkOnce) {
  const Dataset data = sums(64);
  CnnSpec spec = spec_for(data), pruning = spec;
  pruning.quantization.pruned_share = 0.4;
  std::vector<EpochRecord> history;
  const RandomStream random(Seed{1});
  const QuantCNN start = train_cnn(spec, data, random, TrainingHooks{}, history);

  const QuantCNN half = resume_cnn(pruning, start, data, random, TrainingHooks{}, history);
  const QuantCNN tuned = resume_cnn(spec, half, data, random, TrainingHooks{}, history);

  EXPECT_EQ(start.stages[0].output.channels, 3U);
  EXPECT_EQ(half.stages[0].output.channels, 2U);
  EXPECT_EQ(tuned.stages[0].output.channels, 2U);
  EXPECT_EQ(history.size(), 9U);
  try {
    resume_cnn(pruning, half, data, random, TrainingHooks{}, history);
    ADD_FAILURE() << "pruned twice";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "module__n_prune_neurons_percentage");
    EXPECT_NE(std::string(error.what()).find("already pruned"), std::string::npos);
  }
}

TEST(TrainCnn, RefusesImagesWithoutContrast) {
  Dataset data = sums(20);
  data.features.setZero();
  std::vector<EpochRecord> history;
  expect_error(ErrorCode::invalid_argument, "train on, there is nothing", [&] {
    train_cnn(spec_for(data), data, RandomStream(Seed{1}), TrainingHooks{}, history);
  });
}

}  // namespace
}  // namespace basalt::learn::train_cnn_test
