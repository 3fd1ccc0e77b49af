// Signals that ask a long command to end in order.
#pragma once

#include "jobs/farm/farm.hpp"

namespace basalt::jobs::cli {

/// From now on SIGUSR1 and SIGINT ask for the end of the running tasks, SIGTERM for the end at
/// once; a second SIGINT as well. Returns the question that a farm asks.
std::function<Interruption()> listen_for_signals();

}  // namespace basalt::jobs::cli
