#include "learn/training/callbacks.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "learn/data/metrics.hpp"

namespace basalt::learn {
namespace {

/// Mean over the classes that occur of the share of their rows that is found.
double balanced_accuracy(const Truth& truth, const std::vector<std::int32_t>& predicted,
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
double log_likelihood(const Truth& truth, const Matrix<double>& outputs) {
  double sum = 0.0;
  for (Eigen::Index row = 0; row < outputs.rows(); ++row) {
    const double top = outputs.row(row).maxCoeff();
    const double normalizer = top + std::log((outputs.row(row).array() - top).exp().sum());
    sum += outputs(row, truth.labels[static_cast<std::size_t>(row)]) - normalizer;
  }
  return sum / static_cast<double>(outputs.rows());
}

}  // namespace

bool falls_when_better(const std::string& monitored) {
  const bool is_loss = monitored.ends_with("_loss") || monitored.ends_with("_loss_best");
  return is_loss && !monitored.starts_with("neg_");
}

double Monitor::of(const EpochRecord& record) const {
  if (name.empty()) return record.has_valid_rows() ? record.valid_loss : record.train_loss;
  if (name == "train_loss") return record.train_loss;
  if (name == "valid_loss") return record.valid_loss;
  if (name == "valid_acc") return record.valid_accuracy;
  const auto found = record.scores.find(name);
  require(found != record.scores.end(), ErrorCode::internal, "callbacks: epoch ", record.epoch,
          " has no \"", name, "\"");
  return found->second;
}

bool EarlyStopping::ends(const EpochRecord& record) {
  const double found = spec_.monitor.of(record);
  const double value = spec_.monitor.lower_is_better ? found : -found;
  const double scale = spec_.relative && std::isfinite(best_) ? std::abs(best_) : 1.0;
  const bool improves = !std::isfinite(best_) || value < best_ - spec_.threshold * scale;
  if (!improves) return ++waited_ >= spec_.patience;
  best_ = value;
  waited_ = 0;
  return false;
}

bool Best::improves(const EpochRecord& record) {
  const double found = monitor_.of(record);
  const double value = monitor_.lower_is_better ? found : -found;
  if (!(value < best_)) return false;
  best_ = value;
  return true;
}

std::vector<std::string> scoring_names(Task task) {
  if (task == Task::classification) {
    return {"accuracy", "balanced_accuracy", "f1_macro", "neg_log_loss"};
  }
  return {"r2", "neg_mean_squared_error", "neg_root_mean_squared_error", "neg_mean_absolute_error"};
}

double score_named(const std::string& name, const Truth& truth, const Matrix<double>& outputs) {
  if (name == "neg_log_loss") return log_likelihood(truth, outputs);
  if (name == "r2") return r2_score(truth.targets, outputs);
  if (name == "neg_mean_squared_error") return -mean_squared_error(truth.targets, outputs);
  if (name == "neg_root_mean_squared_error") {
    return -std::sqrt(mean_squared_error(truth.targets, outputs));
  }
  if (name == "neg_mean_absolute_error") return -(truth.targets - outputs).cwiseAbs().mean();
  const std::vector<std::int32_t> predicted = largest_of(outputs);
  const auto classes = static_cast<std::size_t>(outputs.cols());
  if (name == "accuracy") return accuracy(truth.labels, predicted);
  if (name == "balanced_accuracy") return balanced_accuracy(truth, predicted, classes);
  require(name == "f1_macro", ErrorCode::internal, "callbacks: no score \"", name, "\"");
  return f1_macro(truth.labels, predicted, classes);
}

std::vector<std::int32_t> largest_of(const Matrix<double>& outputs) {
  std::vector<std::int32_t> labels;
  for (Eigen::Index row = 0; row < outputs.rows(); ++row) {
    Eigen::Index label = 0;
    outputs.row(row).maxCoeff(&label);
    labels.push_back(static_cast<std::int32_t>(label));
  }
  return labels;
}

}  // namespace basalt::learn
