// What a trial will cost, roughly: enough to begin with the longest.
#pragma once

#include "jobs/sweep/trial.hpp"

namespace basalt::jobs {

/// Predicted cost of a task, in units of a small network's epoch; only the order matters. At
/// least 1, so that trials never travel in bundles.
double cost_of(const pipeline::Recipe& base, const TrialTask& task);

}  // namespace basalt::jobs
