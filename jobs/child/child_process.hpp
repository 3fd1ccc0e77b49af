// A process of our own program that may crash, loop or eat memory without harm to this one.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "io/file/file.hpp"
#include "jobs/child/frame.hpp"

namespace basalt::jobs {

/// How a process ended.
struct ChildEnd {
  int signal = 0;  ///< That ended it; 0: it ended by itself.
  int status = 0;  ///< Its exit status, if it ended by itself.

  /// "ended by signal 11 (Segmentation fault)", "ended with exit status 3".
  std::string text() const;
  /// Whether others end processes this way: people, schedulers, the kernel when memory is short.
  bool from_outside() const noexcept;
};

/// A child in a process group of its own, with a channel for frames and a pipe that collects what
/// it prints. It inherits no other open file; standard input is empty.
///
/// Threads: one thread, the one that made it: the child is ended when that thread ends.
class ChildProcess {
 public:
  /// The number of the channel in the child.
  static constexpr int channel_of_child = 3;
  /// Bytes of output that are kept.
  static constexpr std::size_t longest_log = 64 << 10;

  /// Starts `command` (a path and its arguments) with `environment` ("NAME=value").
  /// Errors: io.
  ChildProcess(const std::vector<std::string>& command,
               const std::vector<std::string>& environment);
  /// Kills it and what it has started.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  enum class Event { message, ended, late };

  /// Sends a frame. A child that is gone is noticed by wait().
  /// Errors: io.
  void send(std::span<const std::uint8_t> content);
  /// Waits, asleep, for a frame (then in message()), the child's end, or `seconds` to pass.
  /// Errors: corrupt if what arrived cannot be a frame.
  Event wait(double seconds);
  const ByteVector& message() const noexcept { return message_; }

  /// Kills the child and every process of its group, if it has not ended, and returns how it ended.
  ChildEnd finish();

  /// The end of what it printed since the last forget_log().
  const std::string& log() const noexcept { return log_; }
  void forget_log() { log_.clear(); }
  pid_t id() const noexcept { return id_; }

 private:
  bool has_ended() const;
  void read_output();
  bool read_channel();

  pid_t id_ = 0;
  io::Descriptor channel_, output_;
  FrameBuffer buffer_;
  ByteVector message_;
  std::string log_;
  std::optional<ChildEnd> end_;
};

/// What a child does first: is called "basalt trial" in lists of processes, ends with its whole
/// group as soon as the parent's thread ends, offers itself to the kernel when memory is short, and
/// refuses itself more than `memory` bytes (0: as much as there is) by std::bad_alloc.
/// Errors: io, also if the parent has ended already.
void live_as_child(pid_t parent, std::uint64_t memory);

/// The environment of this process without the variables by which MPI knows a rank, and by which
/// rank 0 reports its exit status.
std::vector<std::string> environment_without_ranks(const char* const* environment);

}  // namespace basalt::jobs
