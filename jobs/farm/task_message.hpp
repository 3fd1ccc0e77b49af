// What travels to and from the work of a rank.
#pragma once

#include <exception>

#include "jobs/farm/coordinator.hpp"
#include "jobs/wire/bytes.hpp"

namespace basalt::jobs {

/// A task or its outcome as it travels: its number and its content.
struct TaskMessage {
  TaskId id = 0;
  ByteVector content;
};

/// A task that was done, or the exception that ended it.
struct FinishedTask {
  TaskMessage outcome;
  std::exception_ptr failure;
};

}  // namespace basalt::jobs
