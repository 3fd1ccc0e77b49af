// The end of what may take too long and cannot be asked to stop.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/strong.hpp"

namespace basalt::jobs {

/// Calls a function unless it ends first.
///
/// Threads: the function is called by a thread of its own, while the others are where they are.
class TimeLimit {
 public:
  /// A limit of 0 is none.
  TimeLimit(Seconds limit, std::function<void()> give_up);
  /// Waits for a call that has begun.
  ~TimeLimit();
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool in_time_ = false;
  std::thread thread_;
};

}  // namespace basalt::jobs
