// Which ranks are still there: by the messages they send and, on this machine, by their processes.
#pragma once

#include <sys/types.h>

#include <map>
#include <span>
#include <vector>

#include "jobs/wire/bytes.hpp"

namespace basalt::jobs {

/// Process and machine of the caller, for HeartbeatMonitor::identify() of others.
ByteVector process_identity();

/// Open MPI does not report the death of a rank: sends to the dead succeed, receives wait for ever.
/// So every rank sends a heartbeat once a second, and processes of this machine are looked for.
///
/// Units: times are seconds of any steady clock.
class HeartbeatMonitor {
 public:
  /// A rank that says nothing for `silence` seconds is missing.
  explicit HeartbeatMonitor(double silence) : silence_(silence) {}

  /// Expects `rank` from now on.
  void expect(int rank, double now);
  /// Notes who `rank` is. Bytes that are no process_identity() count as a heartbeat only.
  void identify(int rank, std::span<const std::uint8_t> identity, double now);
  /// Notes a heartbeat, or any other message.
  void note_heartbeat(int rank, double now);
  /// Looks no more after `rank`.
  void forget(int rank) { ranks_.erase(rank); }
  /// Expected ranks whose process is gone or that have been silent for too long.
  std::vector<int> missing(double now) const;

 private:
  struct Rank {
    double last_heartbeat = 0.0;
    pid_t process = 0;  ///< 0: on another machine, or not visible from here.
  };
  double silence_;
  std::map<int, Rank> ranks_;
};

}  // namespace basalt::jobs
