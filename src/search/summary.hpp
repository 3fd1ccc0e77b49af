// What a sweep found, over all its trials.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "search/trial.hpp"

namespace basalt::search {

struct SweepSummary {
  std::vector<Trial> trials;  ///< Ended ones, in trial order.
  std::size_t planned = 0;    ///< Trials of the whole sweep.
  std::size_t completed = 0, failed = 0, infeasible = 0, stopped = 0;
  std::optional<TrialId> best;  ///< Of the feasible ones by the first objective, then the others.
  std::vector<TrialId> front;   ///< No other feasible trial is better in every objective.
  double hypervolume = 0.0;     ///< Of the front, up to the worst feasible loss per objective.
  /// Covers configuration and result of every trial in trial order, no timings.
  Digest results_digest;

  /// Errors: internal if there is no such trial.
  const Trial& trial(TrialId id) const;
};

/// How the best trial stands beside the second model of the campaign.
struct BaselineStanding {
  std::string score;  ///< "test_accuracy" or "test_r2".
  double best = 0.0, baseline = 0.0;
  double best_bootstraps = 0.0, baseline_bootstraps = 0.0;
  /// The baseline scores no less with fewer bootstraps: it is what to deploy.
  bool baseline_wins() const { return baseline >= best && baseline_bootstraps < best_bootstraps; }
};

/// Nothing if there is no best trial, or no baseline beside it.
std::optional<BaselineStanding> standing_of_baseline(const SweepSummary& summary);

SweepSummary summarize(std::vector<Trial> trials, std::size_t planned);

}  // namespace basalt::search
