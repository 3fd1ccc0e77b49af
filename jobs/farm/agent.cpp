#include "jobs/farm/agent.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace basalt::jobs {

Agent::Agent(Work work, Keep keep)
    : work_(std::move(work)), keep_(std::move(keep)), worker_([this] { work_loop(); }) {
  if (keep_) keeper_ = std::thread([this] { keep_loop(); });
}

Agent::~Agent() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    waiting_.clear();
  }
  given_.notify_one();
  worker_.join();
  worked_.notify_one();
  if (keeper_.joinable()) keeper_.join();
}

void Agent::give(std::vector<TaskMessage> tasks) {
  {
    const std::lock_guard lock(mutex_);
    std::ranges::move(tasks, std::back_inserter(waiting_));
  }
  given_.notify_one();
}

void Agent::drop_waiting() {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
}

std::vector<FinishedTask> Agent::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

void Agent::wait(int microseconds) {
  std::unique_lock lock(mutex_);
  done_.wait_for(lock, std::chrono::microseconds(microseconds),
                 [this] { return !finished_.empty(); });
}

bool Agent::idle() {
  const std::lock_guard lock(mutex_);
  return !running_ && !keeping_ && waiting_.empty() && to_keep_.empty() && finished_.empty();
}

void Agent::work_loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    given_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    const TaskMessage task = std::move(waiting_.front());
    waiting_.pop_front();
    running_ = true;
    lock.unlock();
    FinishedTask done{{task.id, {}}, nullptr};
    try {
      done.outcome.content = work_(task.id, task.content);
    } catch (...) {
      done.failure = std::current_exception();
    }
    lock.lock();
    running_ = false;
    (keep_ ? to_keep_ : finished_).push_back(std::move(done));
    (keep_ ? worked_ : done_).notify_one();
  }
}

void Agent::keep_loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    worked_.wait(lock, [this] { return ending_ || !to_keep_.empty(); });
    if (to_keep_.empty()) return;
    std::vector<FinishedTask> worked = std::exchange(to_keep_, {});
    keeping_ = true;
    lock.unlock();
    keep(worked);
    lock.lock();
    keeping_ = false;
    std::ranges::move(worked, std::back_inserter(finished_));
    done_.notify_one();
  }
}

void Agent::keep(std::vector<FinishedTask>& worked) const {
  std::vector<TaskMessage> outcomes;
  for (const FinishedTask& done : worked) {
    if (!done.failure) outcomes.push_back(done.outcome);
  }
  try {
    if (!outcomes.empty()) keep_(outcomes);
  } catch (...) {
    for (FinishedTask& done : worked) {
      if (!done.failure) done.failure = std::current_exception();
    }
  }
}

}  // namespace basalt::jobs
