#include "jobs/sweep/cost.hpp"

#include <cmath>

namespace basalt::jobs {
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

}  // namespace basalt::jobs
