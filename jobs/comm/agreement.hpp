// A step that all ranks take, or none.
#pragma once

#include <functional>

#include "jobs/comm/communicator.hpp"

namespace basalt::jobs {

/// Runs `action` on every rank and returns when it went well on all of them. If it threw anywhere,
/// every rank throws the Error of the lowest rank that failed, so that rank 0 alone may print it.
///
/// Collective: on all ranks, by messages between pairs; no rank is left waiting for another.
/// Errors: those of `action`.
void run_together(Communicator& comm, const std::function<void()>& action);

}  // namespace basalt::jobs
