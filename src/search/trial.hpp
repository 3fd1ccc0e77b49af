// One trial of a sweep: what it tries and what came of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/pipeline.hpp"
#include "search/campaign.hpp"

namespace basalt::search {

using TrialId = std::uint64_t;

/// A piece of work of a sweep: a trial, or one rung of it where a stopper gives short budgets
/// first.
struct TrialTask {
  TrialId trial = 0;
  std::uint32_t rung = 0;
  double share = 1.0;  ///< Of the trial's epochs that this rung may use.
  Configuration configuration;
};

/// What came of a task. The same on every rank, timings apart.
struct TrialOutcome {
  TrialTask task;
  pipeline::Record record;
  /// Covers the task and the result, not the timings.
  Digest digest() const;
};

enum class TrialState { completed, failed, infeasible, stopped };

/// "completed", "failed", "infeasible", "stopped".
const char* name_of(TrialState state) noexcept;

/// A trial at its end: the outcome of its last rung.
struct Trial {
  TrialState state = TrialState::completed;  ///< stopped: another rung was not granted.
  TrialOutcome outcome;
  bool feasible = true;        ///< Completed, and every constraint of the campaign holds.
  std::vector<double> losses;  ///< Objectives, smaller is better; infinite where there is none.
  bool on_front = false;       ///< No other feasible trial is better in every objective.
};

/// Seed of everything random in a trial: a function of the campaign's seed and the trial alone.
Seed trial_seed(Seed campaign, TrialId trial);

/// A configuration as one line, keys in order: {lr = 0.1, module__n_w_bits = 2}.
std::string to_text(const Configuration& configuration);

}  // namespace basalt::search
