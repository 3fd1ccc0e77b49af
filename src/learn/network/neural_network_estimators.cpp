// The neural network estimators that recipes can name.
#include "learn/estimator/train.hpp"
#include "learn/network/train_network.hpp"
#include "learn/network/warm_start.hpp"

namespace basalt::learn {
namespace {

Estimator network_estimator(const char* name, Task task) {
  return {
      .name = name,
      .task = task,
      .rules = network_rules(task),
      .train =
          [](const Settings& settings, const Dataset& data, RandomStream random,
             const TrainingHooks& hooks, std::vector<EpochRecord>& history) {
            refuse_warm_start(settings);
            return train_network(network_spec(settings, data), data, random, hooks, history);
          },
      .prepare = [task](Settings& given) { prepare_network_settings(given, task); },
      .resume =
          [](const Settings& settings, const Model& start, const Dataset& data, RandomStream random,
             const TrainingHooks& hooks, std::vector<EpochRecord>& history) {
            require_same_architecture(start, settings, data);
            return resume_network(network_spec(settings, data),
                                  std::get<SparseQuantNeuralNetwork>(start.family), data, random,
                                  hooks, history);
          }};
}

}  // namespace

std::vector<Estimator> neural_network_estimators() {
  return {network_estimator("NeuralNetClassifier", Task::classification),
          network_estimator("NeuralNetRegressor", Task::regression)};
}

}  // namespace basalt::learn
