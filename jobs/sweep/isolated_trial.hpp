// Trials in a process of their own: one that crashes, loops or eats memory is a failed trial.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/strong.hpp"
#include "jobs/sweep/sweep.hpp"

namespace basalt::jobs {

struct IsolationSpec {
  /// Starts a process that calls serve_trials() on ChildProcess::channel_of_child.
  std::vector<std::string> command, environment;
  Digest run;                  ///< The same for both sides: what they know of their common run.
  Seconds timeout{0.0};        ///< Of one trial; 0: none.
  std::uint64_t memory = 0;    ///< Bytes that the process may have, for the reason; 0: not limited.
  std::filesystem::path logs;  ///< The folder where the end of a lost trial's output is kept.
};

/// Runs each trial in a child, which serves trial after trial as long as all goes well. What ends
/// the child, runs longer than the timeout or needs more memory than allowed is a failed trial with
/// the reason; but only a fresh child's failure counts, so that no trial suffers from one before
/// it. A child that was killed from outside is replaced and its trial repeated, a few times.
///
/// Threads: all calls from one thread; the child does not outlive it.
/// Errors: those of the trial function in the child; io if a child cannot be started.
TrialFunction isolated_trial(const IsolationSpec& spec);

/// The child's side: does the trials that arrive on `channel` until it is closed.
/// Errors: corrupt if a message is damaged. Those of `trial` are passed on.
void serve_trials(int channel, const Digest& run, const TrialFunction& trial);

/// Instead of serve_trials(): reports to the other side why this process cannot run trials.
void refuse_trials(int channel, const Digest& run, const Error& error);

/// Why a trial failed that took longer than `limit`, or more memory than there was.
std::string timeout_reason(Seconds limit);
inline constexpr const char* memory_reason = "the trial needed more memory than there is";

}  // namespace basalt::jobs
