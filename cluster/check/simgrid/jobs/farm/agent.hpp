// The work of one rank in simulated time, in place of jobs/farm/agent.hpp: no threads, a task takes
// as many seconds as its outcome says in its first eight bytes.
#pragma once

#include <simgrid/actor.h>
#include <simgrid/engine.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "jobs/farm/task_message.hpp"

namespace basalt::jobs {

class Agent {
 public:
  using Work = std::function<ByteVector(TaskId, std::span<const std::uint8_t>)>;
  using Keep = std::function<void(std::span<const TaskMessage> outcomes)>;

  explicit Agent(Work work, Keep = {}) : work_(std::move(work)) {}

  void give(std::vector<TaskMessage> tasks) {
    go_on();
    std::ranges::move(tasks, std::back_inserter(waiting_));
    go_on();
  }
  void drop_waiting() { waiting_.clear(); }
  std::vector<FinishedTask> take() {
    go_on();
    return std::exchange(finished_, {});
  }
  void wait(int microseconds) {
    double seconds = 1e-6 * microseconds;
    if (running_) seconds = std::min(seconds, std::max(0.0, end_ - simgrid_get_clock()));
    sg_actor_sleep_for(seconds);
  }
  bool idle() {
    go_on();
    return !running_ && waiting_.empty() && finished_.empty();
  }

 private:
  /// Ends what is over by now and begins what then can begin; a task begins when the one before it
  /// ends, whenever that is noticed.
  void go_on() {
    const double now = simgrid_get_clock();
    while (true) {
      if (running_ && end_ > now) return;
      double begin = now;
      if (running_) {
        begin = end_;
        finished_.push_back(std::move(*running_));
        running_.reset();
      }
      if (waiting_.empty()) return;
      const TaskMessage task = std::move(waiting_.front());
      waiting_.pop_front();
      running_.emplace(FinishedTask{{task.id, work_(task.id, task.content)}, nullptr});
      double seconds = 0.0;
      std::memcpy(&seconds, running_->outcome.content.data(), sizeof seconds);
      end_ = begin + seconds;
    }
  }

  Work work_;
  std::deque<TaskMessage> waiting_;
  std::vector<FinishedTask> finished_;
  std::optional<FinishedTask> running_;
  double end_ = 0.0;
};

}  // namespace basalt::jobs
