// The MPI session of a process, as an object.
#pragma once

#include "jobs/comm/communicator.hpp"

namespace basalt::jobs {

/// Between its construction and its end, MPI may be used. One per process.
///
/// Collective: construction, world() and the end, on all ranks.
class Session {
 public:
  /// Errors: io if MPI refuses to start or cannot live beside threads.
  Session();
  /// Ends MPI, unless the session was abandoned.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// A private duplicate of the communicator of all ranks.
  Communicator world();

  /// Gives up the orderly end: after the death of a rank it would wait for ever. The process must
  /// then leave by _exit.
  void abandon() noexcept { abandoned_ = true; }
  bool abandoned() const noexcept { return abandoned_; }

  /// Whether this process was started by mpirun or srun, by the variables of its environment
  /// ("NAME=value", ended by a null pointer). Without a launcher MPI is not needed.
  static bool launched(const char* const* environment);

 private:
  bool abandoned_ = false;
};

}  // namespace basalt::jobs
