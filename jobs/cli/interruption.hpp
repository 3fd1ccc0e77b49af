// Signals that ask a long command to end in order.
#pragma once

#include "jobs/farm/farm.hpp"

namespace basalt::jobs::cli {

/// From now on SIGUSR1 is remembered and does not end the process: a scheduler may warn of the end
/// of a job before the work has begun.
void remember_warnings();

/// From now on SIGUSR1 and SIGINT ask for the end of the running tasks, SIGTERM for the end at
/// once; a second SIGINT as well. Returns the question that a farm asks.
std::function<Interruption()> listen_for_signals();

/// Reports to the script that started the launcher how the job ended, by rank 0: where survivors go
/// on, the launcher's own status does not (cluster/env.sh).
void note_status(int rank, int status);

/// For FarmOptions::leave: ends this process at once, with the status of an interrupted run.
std::function<void()> leave_interrupted(int rank);

}  // namespace basalt::jobs::cli
