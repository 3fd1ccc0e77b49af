// What a trial will cost, roughly: enough to begin with the longest.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "search/trial.hpp"

namespace basalt::search {

/// Predicted cost of a task, in units of a small network's epoch; only the order matters. At
/// least 1, so that trials never travel in bundles.
double cost_of(const pipeline::Recipe& base, const TrialTask& task);

/// cost_of(), corrected by what trials have really taken: each value of each searched setting has
/// a factor, learned as outcomes arrive. Only the order of tasks follows from it, never a result.
///
/// Source: normalized least mean squares, Widrow and Hoff (1960), on logarithms of times.
class CostEstimate {
 public:
  /// `base` must outlive the estimate.
  explicit CostEstimate(const pipeline::Recipe& base) : base_(&base) {}

  /// In the unit of cost_of(), and large enough that trials never travel in bundles.
  double predict(const TrialTask& task) const;
  /// Takes in how long a task took. Seconds of 0 or less say nothing.
  void learn(const TrialTask& task, double seconds);

 private:
  double logarithm_of(const TrialTask& task) const;

  const pipeline::Recipe* base_;
  std::map<std::string, double> effects_;  ///< Logarithms of factors, by "name = value".
  double offset_ = 0.0;                    ///< Logarithm of seconds per unit of cost.
  bool knows_offset_ = false;
};

}  // namespace basalt::search
