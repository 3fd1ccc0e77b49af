// A trained model: what every family shares, and the closed list of families.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/describe.hpp"
#include "base/digest.hpp"
#include "base/settings.hpp"
#include "learn/data/dataset.hpp"
#include "learn/model/history.hpp"
#include "learn/model/linear_model.hpp"
#include "learn/model/neighbors.hpp"
#include "learn/model/quant_cnn.hpp"
#include "learn/model/sparse_quant_neural_network.hpp"
#include "learn/model/tree_ensemble.hpp"

namespace basalt::learn {

/// A trained model of any family.
struct Model {
  std::string estimator;  ///< "NeuralNetClassifier", "LogisticRegression", …
  Settings settings;      ///< As completed at training.
  Task task = Task::classification;
  std::vector<std::string> classes;  ///< Original labels; empty for regression.
  std::vector<std::string> feature_names;
  Standardizer standardizer = Standardizer::identity(0);
  std::vector<EpochRecord> history;
  std::variant<LinearModel, SparseQuantNeuralNetwork, TreeEnsemble, NearestNeighbors, QuantCNN>
      family;
  Digest id() const;
};

/// Name of the family that a model holds: "linear", "neural_network", "trees", "neighbors",
/// "convolutional".
std::string family_name(const Model& model);
/// Makes the model hold an empty member of the named family, unless it holds that family already.
/// Errors: corrupt if no family has this name.
void select_family(Model& model, const std::string& name);

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Model> auto& model) {
  visit("estimator", model.estimator);
  visit("settings", model.settings);
  visit("task", model.task);
  visit("classes", model.classes);
  visit("feature_names", model.feature_names);
  visit.part("standardizer", model.standardizer);
  visit.part("history", model.history);
  std::string family = family_name(model);
  visit("family", family);
  if constexpr (Visitor::reads) select_family(model, family);
  std::visit([&](auto& member) { visit.part("parameters", member); }, model.family);
}

}  // namespace basalt::learn
