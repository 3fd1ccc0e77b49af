// The MPI session of a process, as an object.
#pragma once

#include <functional>
#include <memory>

#include "base/strong.hpp"
#include "jobs/comm/communicator.hpp"
#include "jobs/comm/time_limit.hpp"

namespace basalt::jobs {

/// How long ranks may take to find each other: a host that is lost meanwhile would keep MPI waiting
/// for ever.
struct StartLimit {
  Seconds time{0.0};                ///< 0: no limit.
  std::function<void()> give_up{};  ///< Ends the process: MPI cannot be left in order.
};

/// Between its construction and its end, MPI may be used. One per process.
///
/// Collective: construction, world() and the end, on all ranks.
class Session {
 public:
  /// Errors: io if MPI refuses to start or cannot live beside threads.
  explicit Session(StartLimit limit = {});
  /// Ends MPI, unless the session was abandoned.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// A private duplicate of the communicator of all ranks. The first one ends the start.
  Communicator world();

  /// Gives up the orderly end: after the death of a rank it would wait for ever. The process must
  /// then leave by _exit.
  void abandon() noexcept { abandoned_ = true; }
  bool abandoned() const noexcept { return abandoned_; }

  /// Whether this process was started by mpirun or srun, by the variables of its environment
  /// ("NAME=value", ended by a null pointer). Without a launcher MPI is not needed.
  static bool launched(const char* const* environment);

 private:
  std::unique_ptr<TimeLimit> start_;
  bool abandoned_ = false;
};

}  // namespace basalt::jobs
