// The work of one rank: a thread does tasks, another keeps outcomes, a third answers messages.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "jobs/farm/task_message.hpp"

namespace basalt::jobs {

/// Threads: one of its own that works and one that keeps; all functions may be called by one other
/// thread.
class Agent {
 public:
  using Work = std::function<ByteVector(TaskId, std::span<const std::uint8_t>)>;
  /// Makes outcomes durable, as many as have gathered since the last call.
  using Keep = std::function<void(std::span<const TaskMessage> outcomes)>;

  /// While `keep` waits for the disk, the next task is done. Without it outcomes are done at once.
  explicit Agent(Work work, Keep keep = {});
  /// Drops what waits and ends after the running task.
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  void give(std::vector<TaskMessage> tasks);
  /// Forgets what has not been begun.
  void drop_waiting();
  /// What was done, and kept, since the last call.
  std::vector<FinishedTask> take();
  /// Returns as soon as something has been done, or after `microseconds`.
  void wait(int microseconds);
  /// Nothing runs, waits or has been done without being taken.
  bool idle();

 private:
  void work_loop();
  void keep_loop();
  void keep(std::vector<FinishedTask>& worked) const;

  Work work_;
  Keep keep_;
  std::mutex mutex_;
  std::condition_variable given_, worked_, done_;
  std::deque<TaskMessage> waiting_;
  std::vector<FinishedTask> to_keep_, finished_;
  bool running_ = false, keeping_ = false, ending_ = false;
  std::thread worker_, keeper_;
};

}  // namespace basalt::jobs
