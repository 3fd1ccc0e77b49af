#include "jobs/comm/time_limit.hpp"

#include <chrono>
#include <utility>

namespace basalt::jobs {

TimeLimit::TimeLimit(Seconds limit, std::function<void()> give_up) {
  if (limit.value <= 0.0) return;
  thread_ = std::thread([this, limit, give_up = std::move(give_up)] {
    std::unique_lock lock(mutex_);
    const std::chrono::duration<double> time(limit.value);
    if (!changed_.wait_for(lock, time, [this] { return in_time_; })) give_up();
  });
}

TimeLimit::~TimeLimit() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    in_time_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

}  // namespace basalt::jobs
