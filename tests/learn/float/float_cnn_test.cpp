#include "learn/float/float_cnn.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "learn/data/metrics.hpp"
#include "learn/estimator/train.hpp"
#include "learn/training/callbacks.hpp"

namespace basalt::learn::float_cnn_test {
namespace {

using Layers = std::vector<std::string>;

/// Images of 6 x 6 pixels, bright on one side.
Dataset sides(std::size_t rows, Task task) {
  Dataset data;
  data.task = task;
  data.image = ImageShape{6, 6, 1};
  data.features = Matrix<double>::Zero(static_cast<Eigen::Index>(rows), 36);
  RandomStream random{Seed{4}};
  Vector<double> sums(data.features.rows());
  for (Eigen::Index row = 0; row < data.features.rows(); ++row) {
    for (Eigen::Index i = 0; i < 36; ++i) data.features(row, i) = random.gaussian();
    const auto side = static_cast<Eigen::Index>(random.below(2));
    for (Eigen::Index y = 0; y < 6; ++y) data.features(row, 6 * y + 5 * side) += 1.5;
    if (task == Task::classification) data.labels.push_back(static_cast<std::int32_t>(side));
    sums[row] = data.features.row(row).head(12).sum();
  }
  if (task == Task::classification) {
    data.classes = {"left", "right"};
  } else {
    data.targets.resize(data.features.rows(), 2);
    data.targets.col(0) = sums;
    data.targets.col(1) = (50.0 - 3.0 * sums.array()).matrix();
  }
  return data;
}

CnnSpec spec_for(const Layers& layers, const Dataset& data) {
  const Estimator& estimator =
      estimator_named(data.task == Task::regression ? "QuantCNNRegressor" : "QuantCNN");
  Settings settings;
  settings.set(estimator.rules, "layers", layers);
  settings.set(estimator.rules, "module__accumulator", std::string("bound"));
  settings.set(estimator.rules, "module__n_accum_bits", std::int64_t{8});
  settings.set(estimator.rules, "max_epochs", std::int64_t{30});
  settings.set(estimator.rules, "batch_size", std::int64_t{50});
  complete(estimator, settings);
  return cnn_spec(settings, data);
}

FloatCnn trained(const Layers& layers, const Dataset& data) {
  std::vector<EpochRecord> history;
  return train_float_cnn(spec_for(layers, data), data, RandomStream(Seed{2}), {}, history);
}

const std::vector<Layers> nets{{"conv2d(4, 3, padding=1)", "maxpool2d(2)", "dense(8)"},
                               {"conv2d(4, 2, stride=2)", "conv2d(4, 2, groups=2)"},
                               {"conv2d(1, 3, padding=1)", "add(input)", "avgpool2d(2)"}};

TEST(FloatCnn, SeparatesTheSides) {
  const Dataset data = sides(400, Task::classification);
  for (const Layers& layers : nets) {
    EXPECT_GT(accuracy(data.labels,
                       predicted_classes(float_scores(trained(layers, data), data.features))),
              0.9)
        << layers.back();
  }
}

/// Without normalization, pixels of this size saturate the activation.
TEST(FloatCnn, NormalizesWhereTheListSaysBatchnorm) {
  Dataset data = sides(400, Task::classification);
  data.features = (200.0 * data.features.array() + 1000.0).matrix();
  const auto score = [&](const Layers& layers) {
    const FloatCnn network = trained(layers, data);
    return accuracy(data.labels, predicted_classes(float_scores(network, data.features)));
  };

  EXPECT_GT(score({"conv2d(4, 3)", "batchnorm", "tanh"}), 0.9);
  EXPECT_LT(score({"conv2d(4, 3)", "tanh"}), 0.8);
}

TEST(FloatCnn, FitsSeveralTargetsOnTheirOwnScale) {
  const Dataset data = sides(400, Task::regression);
  const Matrix<double> scores = float_scores(trained(nets[0], data), data.features);
  for (Eigen::Index c = 0; c < 2; ++c) {
    EXPECT_GT(r2_score(data.targets.col(c), scores.col(c)), 0.8);
  }
}

/// A convolution of known weights by hand: sums of 2 x 2 pixels, then ReLU, mean, read-out.
TEST(FloatCnn, ComputesWhatItsLayersSay) {
  const Dataset data = sides(10, Task::classification);
  const CnnSpec spec = spec_for({"conv2d(1, 2, stride=2)", "avgpool2d(3)"}, data);
  FloatCnn network{.stages = spec.stages, .activation = "ReLU", .filters = {}, .readout = {}};
  network.filters.push_back({FloatMatrix::Ones(1, 4), FloatMatrix::Constant(1, 1, -0.5F)});
  network.filters.push_back({});
  network.readout = {FloatMatrix::Constant(1, 1, 2.0F), FloatMatrix::Constant(1, 1, 0.25F)};

  const Matrix<double> scores = float_scores(network, data.features);

  for (Eigen::Index row = 0; row < 10; ++row) {
    double sum = 0.0;
    for (Eigen::Index y = 0; y < 6; y += 2) {
      for (Eigen::Index x = 0; x < 6; x += 2) {
        const auto pixel = [&](Eigen::Index dy, Eigen::Index dx) {
          return data.features(row, 6 * (y + dy) + x + dx);
        };
        sum += std::max(0.0, pixel(0, 0) + pixel(0, 1) + pixel(1, 0) + pixel(1, 1) - 0.5);
      }
    }
    EXPECT_NEAR(scores(row, 0), 2.0 * sum / 9.0 + 0.25, 1e-5);
  }
}

}  // namespace
}  // namespace basalt::learn::float_cnn_test
