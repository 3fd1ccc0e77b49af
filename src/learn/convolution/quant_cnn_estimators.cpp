// The convolutional estimators that recipes can name.
#include "learn/convolution/cnn_warm_start.hpp"
#include "learn/convolution/train_cnn.hpp"
#include "learn/estimator/train.hpp"
#include "learn/network/warm_start.hpp"

namespace basalt::learn {
namespace {

Estimator convolutional_estimator(const char* name, Task task) {
  return {
      .name = name,
      .task = task,
      .rules = cnn_rules(task),
      .train =
          [](const Settings& settings, const Dataset& data, RandomStream random,
             const TrainingHooks& hooks, std::vector<EpochRecord>& history) {
            refuse_warm_start(settings);
            return train_cnn(cnn_spec(settings, data), data, random, hooks, history);
          },
      .prepare = [task](Settings& given) { prepare_network_settings(given, task); },
      .resume =
          [](const Settings& settings, const Model& start, const Dataset& data, RandomStream random,
             const TrainingHooks& hooks, std::vector<EpochRecord>& history) {
            refuse_another_cnn(start, settings, data);
            return resume_cnn(cnn_spec(settings, data), std::get<QuantCNN>(start.family), data,
                              random, hooks, history);
          }};
}

}  // namespace

std::vector<Estimator> convolutional_estimators() {
  return {convolutional_estimator("QuantCNN", Task::classification),
          convolutional_estimator("QuantCNNRegressor", Task::regression)};
}

}  // namespace basalt::learn
