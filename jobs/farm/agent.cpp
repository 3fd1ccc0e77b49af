#include "jobs/farm/agent.hpp"

#include <chrono>
#include <iterator>
#include <utility>

namespace basalt::jobs {

Agent::Agent(Work work) : work_(std::move(work)), thread_([this] { loop(); }) {}

Agent::~Agent() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    waiting_.clear();
  }
  given_.notify_one();
  thread_.join();
}

void Agent::give(std::vector<Parcel> tasks) {
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

std::vector<Done> Agent::take() {
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
  return !running_ && waiting_.empty() && finished_.empty();
}

void Agent::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    given_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    const Parcel task = std::move(waiting_.front());
    waiting_.pop_front();
    running_ = true;
    lock.unlock();
    Done done{{task.id, {}}, nullptr};
    try {
      done.outcome.content = work_(task.id, task.content);
    } catch (...) {
      done.failure = std::current_exception();
    }
    lock.lock();
    running_ = false;
    finished_.push_back(std::move(done));
    done_.notify_one();
  }
}

}  // namespace basalt::jobs
