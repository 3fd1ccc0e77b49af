// A trained model: what every family shares, and the closed list of families.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/digest.hpp"
#include "base/settings.hpp"
#include "learn/dataset.hpp"
#include "learn/linear_model.hpp"
#include "learn/neighbors.hpp"
#include "learn/sparse_quant_neural_network.hpp"
#include "learn/tree_ensemble.hpp"

namespace basalt::learn {

/// One line of the training history.
struct EpochRecord {
  std::int64_t epoch = 0;
  double train_loss = 0.0, valid_loss = 0.0, valid_accuracy = 0.0;
};

/// A trained model of any family.
struct Model {
  std::string estimator;  ///< "NeuralNetClassifier", "LogisticRegression", …
  Settings settings;      ///< As completed at training.
  Task task = Task::classification;
  std::vector<std::string> classes;  ///< Original labels; empty for regression.
  std::vector<std::string> feature_names;
  Standardizer standardizer = Standardizer::identity(0);
  std::vector<EpochRecord> history;
  std::variant<LinearModel, SparseQuantNeuralNetwork, TreeEnsemble, NearestNeighbors> family;
  Digest id() const;
};

/// History by columns: visit.part("history", model.history).
template <class Visitor>
void describe(Visitor& visit, std::vector<EpochRecord>& history) {
  std::vector<std::int64_t> epoch;
  std::vector<double> train_loss, valid_loss, valid_accuracy;
  for (const EpochRecord& record : history) {
    epoch.push_back(record.epoch);
    train_loss.push_back(record.train_loss);
    valid_loss.push_back(record.valid_loss);
    valid_accuracy.push_back(record.valid_accuracy);
  }
  visit("epoch", epoch);
  visit("train_loss", train_loss);
  visit("valid_loss", valid_loss);
  visit("valid_accuracy", valid_accuracy);
  history.clear();
  for (std::size_t i = 0; i < epoch.size(); ++i) {
    history.push_back({epoch[i], train_loss.at(i), valid_loss.at(i), valid_accuracy.at(i)});
  }
}

/// Name of the family that a model holds: "linear", "neural_network", "trees", "neighbors".
std::string family_name(const Model& model);
/// Makes the model hold an empty member of the named family, unless it holds that family already.
/// Errors: corrupt if no family has this name.
void select_family(Model& model, const std::string& name);

template <class Visitor>
void describe(Visitor& visit, Model& model) {
  visit("estimator", model.estimator);
  visit("settings", model.settings);
  visit("task", model.task);
  visit("classes", model.classes);
  visit("feature_names", model.feature_names);
  visit.part("standardizer", model.standardizer);
  visit.part("history", model.history);
  std::string family = family_name(model);
  visit("family", family);
  select_family(model, family);
  std::visit([&](auto& member) { visit.part("parameters", member); }, model.family);
}

}  // namespace basalt::learn
