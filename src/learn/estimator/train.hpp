// Training by name: one entry per estimator.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/settings.hpp"
#include "learn/data/dataset.hpp"
#include "learn/estimator/hooks.hpp"
#include "learn/model/model.hpp"

namespace basalt::learn {

/// Trains the core of one family on standardized features.
using Trainer = std::function<decltype(Model::family)(
    const Settings& settings, const Dataset& train, RandomStream random, const TrainingHooks& hooks,
    std::vector<EpochRecord>& history)>;

/// Goes on training the core of `start`; appends to the history.
using ResumedTrainer = std::function<decltype(Model::family)(
    const Settings& settings, const Model& start, const Dataset& train, RandomStream random,
    const TrainingHooks& hooks, std::vector<EpochRecord>& history)>;

/// An estimator that recipes can name.
struct Estimator {
  std::string name;
  Task task = Task::classification;
  std::vector<SettingRule> rules;  ///< Its own settings; those of all estimators are added.
  Trainer train;
  /// Adds to given settings what follows from them, before defaults fill the rest; may be empty.
  std::function<void(Settings&)> prepare{};
  /// Goes on from a trained core; empty if the family cannot.
  ResumedTrainer resume{};
};

/// Fills in what the user left out.
/// Errors: invalid_argument with the setting as subject.
void complete(const Estimator& estimator, Settings& given);

/// Every estimator, by name. Built once from the families' lists.
std::span<const Estimator> estimators();
/// Errors: invalid_argument with subject "estimator" and the nearest name.
const Estimator& estimator_named(const std::string& name);

/// Fits the standardizer (if asked), trains, fills the shared fields.
/// Errors: invalid_argument with the setting as subject; mismatch if the task does not fit.
Model train(const Estimator& estimator, const Settings& settings, const Dataset& train,
            bool standardize, RandomStream random, const TrainingHooks& hooks = {});

/// Goes on from a trained model (skorch's warm start and partial fit): its standardizer, classes
/// and history stay. With "module__n_prune_neurons_percentage" set, neurons are removed first and
/// the rest is fine-tuned. Errors: unsupported if the family cannot; mismatch if the data has other
/// features or classes;
///         invalid_argument as train().
Model resume_training(const Model& start, const Settings& settings, const Dataset& train,
                      RandomStream random, const TrainingHooks& hooks = {});

/// Families' lists, defined beside their trainers.
std::vector<Estimator> neural_network_estimators();
std::vector<Estimator> post_training_estimators();
std::vector<Estimator> convolutional_estimators();
std::vector<Estimator> linear_estimators();
std::vector<Estimator> tree_estimators();
std::vector<Estimator> neighbors_estimators();

}  // namespace basalt::learn
