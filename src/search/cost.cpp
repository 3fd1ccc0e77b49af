#include "search/cost.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::search {
namespace {

/// A number as the trial sets it, else as the recipe does, else `otherwise`. Of a list, its sum.
double number_of(const SettingValue& value, double otherwise) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  double sum = 0.0;
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
    for (const std::int64_t item : *list) sum += static_cast<double>(item);
    if (!list->empty()) return sum;
  }
  return otherwise;
}

struct Lookup {
  const pipeline::Recipe& base;
  const TrialTask& task;

  double operator()(const std::string& name, double otherwise) const {
    const auto found = task.configuration.find(name);
    if (found != task.configuration.end()) return number_of(found->second, otherwise);
    const auto& values = base.model.values();
    const auto given = values.find(name);
    return given == values.end() ? otherwise : number_of(given->second, otherwise);
  }
};

constexpr double learning_rate = 0.5;
constexpr double least_cost = 0.01;  // more than the farm puts into a bundle

/// What the factors of a task belong to: its values, real ones by powers of two, and its rung.
std::vector<std::string> labels_of(const TrialTask& task) {
  std::vector<std::string> labels{concat("rung = ", task.rung)};
  for (const auto& [name, value] : task.configuration) {
    const auto* real = std::get_if<double>(&value);
    const bool by_size = real != nullptr && *real > 0.0;
    labels.push_back(name + " = " +
                     (by_size ? concat("2^", std::ilogb(*real)) : basalt::to_text(value)));
  }
  return labels;
}

}  // namespace

double cost_of(const pipeline::Recipe& base, const TrialTask& task) {
  const Lookup value{base, task};
  const double width =
      value("module__hidden", 0.0) / 32.0 + value("module__n_hidden_neurons_multiplier", 0.0);
  const double network =
      value("max_epochs", 0.0) * task.share * value("module__n_layers", 1.0) * (1.0 + width);
  const double trees = value("n_estimators", 0.0) * std::exp2(value("max_depth", 3.0)) / 100.0;
  // Bootstraps double in price with every bit or so.
  const double bits = std::exp2(value("module__n_accum_bits", value("n_bits", 4.0)) - 4.0);
  const double rows = value("execute_rows", static_cast<double>(base.fhe.execute_rows));
  return 1.0 + network + trees + rows * bits * (1.0 + width);
}

double CostEstimate::logarithm_of(const TrialTask& task) const {
  double sum = std::log(cost_of(*base_, task));
  for (const std::string& label : labels_of(task)) {
    const auto found = effects_.find(label);
    if (found != effects_.end()) sum += found->second;
  }
  return sum;
}

double CostEstimate::predict(const TrialTask& task) const {
  return std::max(least_cost, std::exp(logarithm_of(task)));
}

void CostEstimate::learn(const TrialTask& task, double seconds) {
  if (!(seconds > 0.0)) return;
  const double seen = std::log(seconds) - logarithm_of(task);
  if (!knows_offset_) offset_ = seen;
  knows_offset_ = true;
  const std::vector<std::string> labels = labels_of(task);
  const double step = learning_rate * (seen - offset_) / static_cast<double>(labels.size() + 1);
  offset_ += step;
  for (const std::string& label : labels) effects_[label] += step;
}

}  // namespace basalt::search
