#include <gtest/gtest.h>

#include "learn/estimator/train.hpp"

namespace basalt::learn::neural_network_estimators_test {
namespace {

Dataset squares() {
  Dataset data;
  data.classes = {"in", "out"};
  data.features.resize(300, 64);
  RandomStream random(Seed{2});
  for (double& value : data.features.reshaped()) value = random.uniform();
  for (Eigen::Index row = 0; row < 300; ++row) {
    data.labels.push_back(static_cast<std::int32_t>(row % 2));
    data.features.row(row).segment(row % 2 == 0 ? 16 : 40, 8).array() += 0.8;
  }
  return data;
}

TEST(NeuralNetworkEstimators, TrainByName) {
  const Estimator& estimator = estimator_named("NeuralNetClassifier");
  Settings settings;
  settings.set(estimator.rules, "module__hidden", std::vector<std::int64_t>{8});
  settings.set(estimator.rules, "max_epochs", std::int64_t{5});

  const Model model = train(estimator, settings, squares(), true, RandomStream(Seed{1}));

  EXPECT_EQ(model.history.size(), 5U);
  EXPECT_EQ(std::get<SparseQuantNeuralNetwork>(model.family).bootstraps(), 8U);
  EXPECT_EQ(model.settings.text("module__accumulator"), "wrap");
}

TEST(NeuralNetworkEstimators, StandardizeImagesAsAWholeWhenTheyAreMoved) {
  const Estimator& estimator = estimator_named("NeuralNetClassifier");
  Settings settings;
  settings.set(estimator.rules, "module__hidden", std::vector<std::int64_t>{4});
  settings.set(estimator.rules, "max_epochs", std::int64_t{2});
  settings.set(estimator.rules, "augment", std::string("affine"));

  const Model model = train(estimator, settings, squares(), true, RandomStream(Seed{1}));

  EXPECT_EQ(model.standardizer.mean().front(), model.standardizer.mean().back());
}

TEST(NeuralNetworkEstimators, ServeBothTasks) {
  EXPECT_EQ(estimator_named("NeuralNetClassifier").task, Task::classification);
  EXPECT_EQ(estimator_named("NeuralNetRegressor").task, Task::regression);
}

}  // namespace
}  // namespace basalt::learn::neural_network_estimators_test
