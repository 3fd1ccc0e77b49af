// A sweep: every trial of a campaign, on any number of ranks, through any number of interruptions.
#pragma once

#include <functional>
#include <vector>

#include "jobs/comm/communicator.hpp"
#include "jobs/farm/farm.hpp"
#include "jobs/sweep/sweep_folder.hpp"
#include "search/summary.hpp"
#include "search/trial.hpp"

namespace basalt::jobs {

/// Does one trial. What goes wrong with the trial is its record; an exception ends the sweep.
using TrialFunction = std::function<pipeline::Record(const search::TrialTask&)>;

struct SweepSpec {
  SweepFolder folder{""};
  Digest data_id;     ///< Of the data; a folder whose trials saw other data is refused.
  TrialFunction run;  ///< See pipeline_trial(). Called in a thread of its own, on every rank.
  /// Rank 0, as each task ends; `replayed`: it had ended in an earlier process life.
  std::function<void(const search::TrialOutcome&, bool replayed)> on_outcome;
  std::function<void(const FarmState&)> watch;  ///< Rank 0, some ten times a second.
  std::function<Interruption()> interruption;
  std::function<void()> leave;  ///< As FarmOptions::leave.
};

/// What run_sweep returns. Rank 0 has the summary, the others an empty one.
struct SweepResult {
  search::SweepSummary summary;
  std::size_t replayed = 0;  ///< Tasks that had ended in earlier processes.
  /// Trials of which two runs gave different results; never so on machines of one kind.
  std::vector<search::TrialId> contradictions;
  bool interrupted = false;
  std::size_t lost_ranks = 0;  ///< If not 0, see Session::abandon().
  double seconds = 0.0;
};

/// Runs what is left of a sweep and writes its derived files. Every rank journals the trials it
/// did before it reports them, so that nothing reported is ever lost; the journals of all earlier
/// processes are replayed first. The results do not depend on the number of ranks.
///
/// Collective: on all ranks.
/// Errors: on all ranks; mismatch if the folder is another campaign's, corrupt if a journal is
/// damaged, those of `run`.
SweepResult run_sweep(const search::Campaign& campaign, const SweepSpec& spec, Communicator& comm);

/// What the journals of a folder say, without running anything. For reports.
/// Errors: not_found, mismatch, corrupt.
search::SweepSummary load_sweep(const search::Campaign& campaign, const SweepFolder& folder,
                                const Digest& data_id);

}  // namespace basalt::jobs
