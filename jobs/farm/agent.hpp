// The work of one rank: a thread that does tasks one by one while another answers messages.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "jobs/farm/coordinator.hpp"
#include "jobs/wire/envelope.hpp"

namespace basalt::jobs {

/// A task or its outcome as it travels: its number and its content.
struct Parcel {
  TaskId id = 0;
  ByteVector content;
};

/// A task that was done, or the exception that ended it.
struct Done {
  Parcel outcome;
  std::exception_ptr failure;
};

/// Threads: one of its own that works; all functions may be called by one other thread.
class Agent {
 public:
  using Work = std::function<ByteVector(TaskId, std::span<const std::uint8_t>)>;

  explicit Agent(Work work);
  /// Drops what waits and ends after the running task.
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  void give(std::vector<Parcel> tasks);
  /// Forgets what has not been begun.
  void drop_waiting();
  /// What was done since the last call.
  std::vector<Done> take();
  /// Returns as soon as something has been done, or after `microseconds`.
  void wait(int microseconds);
  /// Nothing runs, waits or has been done without being taken.
  bool idle();

 private:
  void loop();

  Work work_;
  std::mutex mutex_;
  std::condition_variable given_, done_;
  std::deque<Parcel> waiting_;
  std::vector<Done> finished_;
  bool running_ = false, ending_ = false;
  std::thread thread_;
};

}  // namespace basalt::jobs
