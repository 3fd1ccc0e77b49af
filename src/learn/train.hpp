// Training by name: one entry per estimator.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/settings.hpp"
#include "learn/dataset.hpp"
#include "learn/model.hpp"

namespace basalt::learn {

/// Called at the end of each epoch; return false to stop training.
using EpochHook = std::function<bool(const EpochRecord&)>;

/// Trains the core of one family on standardized features.
using Trainer = std::function<decltype(Model::family)(
    const Settings& settings, const Dataset& train, RandomStream random, const EpochHook& hook,
    std::vector<EpochRecord>& history)>;

/// An estimator that recipes can name.
struct Estimator {
  std::string name;
  Task task = Task::classification;
  std::vector<SettingRule> rules;  ///< Its own settings; those of all estimators are added.
  Trainer train;
};

/// Every estimator, by name. Built once from the families' lists.
std::span<const Estimator> estimators();
/// Errors: invalid_argument with subject "estimator" and the nearest name.
const Estimator& estimator_named(const std::string& name);

/// Fits the standardizer (if asked), trains, fills the shared fields.
/// Errors: invalid_argument with the setting as subject; mismatch if the task does not fit.
Model train(const Estimator& estimator, const Settings& settings, const Dataset& train,
            bool standardize, RandomStream random, const EpochHook& hook = {});

/// Families' lists, defined beside their trainers.
std::vector<Estimator> neural_network_estimators();
std::vector<Estimator> post_training_estimators();
std::vector<Estimator> linear_estimators();
std::vector<Estimator> tree_estimators();
std::vector<Estimator> neighbors_estimators();

}  // namespace basalt::learn
