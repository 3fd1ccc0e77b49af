#include "learn/data/scores.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "learn/data/metrics.hpp"

namespace basalt::learn {
namespace {

/// Mean over the classes that occur of the share of their rows that is found.
double balanced_accuracy(const GroundTruth& truth, const std::vector<std::int32_t>& predicted,
                         std::size_t classes) {
  const Matrix<std::int64_t> counts = confusion(truth.labels, predicted, classes);
  double sum = 0.0, occurring = 0.0;
  for (Eigen::Index c = 0; c < counts.rows(); ++c) {
    const auto total = static_cast<double>(counts.row(c).sum());
    if (total == 0.0) continue;
    sum += static_cast<double>(counts(c, c)) / total;
    occurring += 1.0;
  }
  return sum / std::max(1.0, occurring);
}

/// Mean log-likelihood of the labels under the softmax of the outputs.
double log_likelihood(const GroundTruth& truth, const Matrix<double>& outputs) {
  double sum = 0.0;
  for (Eigen::Index row = 0; row < outputs.rows(); ++row) {
    const double top = outputs.row(row).maxCoeff();
    const double normalizer = top + std::log((outputs.row(row).array() - top).exp().sum());
    sum += outputs(row, truth.labels[static_cast<std::size_t>(row)]) - normalizer;
  }
  return sum / static_cast<double>(outputs.rows());
}

}  // namespace

std::vector<std::string> scoring_names(Task task) {
  if (task == Task::classification) {
    return {"accuracy", "balanced_accuracy", "f1_macro", "neg_log_loss"};
  }
  return {"r2", "neg_mean_squared_error", "neg_root_mean_squared_error", "neg_mean_absolute_error"};
}

double score_named(const std::string& name, const GroundTruth& truth,
                   const Matrix<double>& outputs) {
  if (name == "neg_log_loss") return log_likelihood(truth, outputs);
  if (name == "r2") return r2_score(truth.targets, outputs);
  if (name == "neg_mean_squared_error") return -mean_squared_error(truth.targets, outputs);
  if (name == "neg_root_mean_squared_error") {
    return -std::sqrt(mean_squared_error(truth.targets, outputs));
  }
  if (name == "neg_mean_absolute_error") return -(truth.targets - outputs).cwiseAbs().mean();
  const std::vector<std::int32_t> predicted = predicted_classes(outputs);
  const auto classes = static_cast<std::size_t>(outputs.cols());
  if (name == "accuracy") return accuracy(truth.labels, predicted);
  if (name == "balanced_accuracy") return balanced_accuracy(truth, predicted, classes);
  require(name == "f1_macro", ErrorCode::internal, "scores: no score \"", name, "\"");
  return f1_macro(truth.labels, predicted, classes);
}

}  // namespace basalt::learn
