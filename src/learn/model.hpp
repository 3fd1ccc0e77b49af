// A trained model: what every family shares, and the closed list of families.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/digest.hpp"
#include "base/settings.hpp"
#include "learn/dataset.hpp"
#include "learn/linear_model.hpp"
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
  std::vector<std::string> classes;        ///< Original labels; empty for regression.
  std::vector<std::string> feature_names;
  Standardizer standardizer = Standardizer::identity(0);
  std::vector<EpochRecord> history;
  std::variant<LinearModel, SparseQuantNeuralNetwork, TreeEnsemble> family;
  Digest id() const;
};

}  // namespace basalt::learn
