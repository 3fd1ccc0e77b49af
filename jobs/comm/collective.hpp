// A step that all ranks take, or none.
#pragma once

#include <functional>

#include "jobs/comm/communicator.hpp"

namespace basalt::jobs {

/// Runs `action` on every rank and returns when it went well on all of them. If it threw anywhere,
/// every rank throws the Error of the lowest rank that failed, so that rank 0 alone may print it.
///
/// A rank that dies meanwhile, or is silent for `silence_seconds`, is not waited for: where the
/// launcher lets survivors live they go on, and Communicator::has_lost() is true. Without rank 0 a
/// process ends by _exit(75).
/// Collective: on all ranks, by messages between pairs.
/// Threads: `action` runs in a thread of its own and must not use `comm` to send.
/// Errors: those of `action`.
void run_on_all_ranks(Communicator& comm, const std::function<void()>& action,
                      double silence_seconds = 60.0);

}  // namespace basalt::jobs
