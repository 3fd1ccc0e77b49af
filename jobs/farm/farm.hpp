// The farm: every task that becomes ready is done once, by whichever rank is free.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "jobs/comm/communicator.hpp"
#include "jobs/farm/agent.hpp"
#include "jobs/farm/coordinator.hpp"
#include "jobs/farm/farm_result.hpp"

namespace basalt::jobs {

struct FarmTask {
  TaskMessage message;
  double cost = 0.0;  ///< Predicted seconds; 0: unknown.
};

/// What the ranks of a farm are to do.
struct Job {
  /// Rank 0: the tasks that have become ready since the last call. The farm ends when nothing runs
  /// and nothing more is ready.
  std::function<std::vector<FarmTask>()> next;
  /// Rank 0: the cost of a task that waits, as known now. Asked from time to time; may be empty.
  std::function<double(TaskId)> cost = {};
  /// Any rank: does a task, in a thread of its own. An exception ends the whole farm; what may
  /// fail alone is an outcome.
  Agent::Work work;
  /// Any rank: makes outcomes durable before anybody hears of them, in another thread than `work`,
  /// which goes on meanwhile. May be empty.
  Agent::Keep keep = {};
  /// Rank 0: takes an outcome in. Completion::again: another rank did the same task before.
  std::function<void(const TaskMessage& outcome, Completion completion)> absorb;
};

/// What the process was asked to do by a signal.
enum class Interruption {
  none,
  finish,  ///< End after the running tasks.
  now      ///< End at once.
};

struct FarmState {
  std::size_t completed = 0, running = 0, waiting = 0, workers = 0;
};

struct FarmOptions {
  Digest run;  ///< The same on all ranks: what they know of their common run.
  std::function<Interruption()> interruption;   ///< May be empty. Any rank may be asked.
  std::function<void(const FarmState&)> watch;  ///< Rank 0, some ten times a second.
  std::function<void()> leave;  ///< Ends this process and does not return; by default _exit(75).
  double silence_seconds = 10;  ///< A rank that is silent for so long is given up.
};

/// Rank 0 hands tasks out and absorbs outcomes; all ranks work, rank 0 too. Where the MPI launcher
/// lets survivors live (mpirun --enable-recovery, srun), the tasks of a dead rank are done by
/// others. Returns on all ranks.
///
/// Collective: on all ranks.
/// Threads: `next`, `absorb`, `watch` run in the calling thread, `work` and `keep` in two others.
/// Errors: the first error of `next`, `work`, `keep` or `absorb`, on all ranks.
FarmResult farm(Communicator& comm, const Job& job, const FarmOptions& options);

}  // namespace basalt::jobs
