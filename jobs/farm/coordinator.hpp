// Who does which task: the farm's decisions, without messages, clocks or threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace basalt::jobs {

using TaskId = std::uint64_t;

/// A task as the coordinator sees it.
struct TaskCost {
  TaskId id = 0;
  double cost = 0.0;  ///< Predicted seconds; 0: unknown.
};

/// Tasks for one worker, to be done in this order.
struct Assignment {
  int worker = 0;
  std::vector<TaskId> tasks;
};

/// What a reported completion means.
enum class Completion {
  first,   ///< The task is done now.
  again,   ///< It was done before, by a worker that had been given up; results must agree.
  unknown  ///< No such task was ever given out.
};

/// Hands out the longest predicted task first. A worker holds one batch of tasks that it works on
/// and, while there is much more to do, a second one, so that it does not wait for a message; but
/// no task waits behind another for a large part of the remaining time. Short tasks travel in
/// batches of a few milliseconds. What a lost worker held is given out again.
///
/// Source: Graham, Bounds on multiprocessing timing anomalies (1969), longest processing time.
class Coordinator {
 public:
  /// Adds a worker, or one that had been given up and is back.
  void add_worker(int worker);
  /// Takes a worker away; its tasks wait again.
  void lose_worker(int worker);
  /// Errors: internal if a task of this id was added before.
  void add_task(const TaskCost& task);
  /// Gives every task that has not been given out another cost, by its id.
  /// Cost: O(tasks waiting * log).
  void reprice(const std::function<double(TaskId)>& cost_of);
  /// Gives no task out any more.
  void close() noexcept { closed_ = true; }

  /// What to send now. Cost: O(log tasks) per task given out.
  std::vector<Assignment> assign();
  Completion complete(int worker, TaskId task);

  std::size_t waiting() const noexcept { return waiting_; }
  std::size_t running() const noexcept { return running_; }
  std::size_t workers() const noexcept { return workers_.size(); }
  /// Nothing runs, and nothing waits or may be given out.
  bool idle() const noexcept { return running_ == 0 && (closed_ || waiting_ == 0); }

 private:
  struct Worker {
    std::size_t held = 0;        ///< Tasks given out to it and not completed.
    std::size_t last_batch = 0;  ///< Size of the batch it got last.
    double held_cost = 0.0;
    double hungry_as = -1.0;  ///< Its held cost in `hungry_`; negative: it is not there.
  };
  struct Task {
    double cost = 0.0;
    int holder = nobody;
    bool waiting = true, done = false;
  };
  struct Shorter {
    bool operator()(const TaskCost& a, const TaskCost& b) const noexcept {
      return a.cost != b.cost ? a.cost < b.cost : a.id > b.id;
    }
  };
  static constexpr int nobody = -1;

  void note_need(int worker);
  void forget_need(int worker);
  bool may_prefetch();
  std::vector<TaskId> take_batch(int worker);
  void give(int worker, std::vector<Assignment>& assignments);
  void wait_again(TaskId id, Task& task);

  std::priority_queue<TaskCost, std::vector<TaskCost>, Shorter> ready_;
  std::unordered_map<TaskId, Task> tasks_;
  std::map<int, Worker> workers_;
  std::set<int> idle_;                       ///< Workers that hold nothing.
  std::set<std::pair<double, int>> hungry_;  ///< Workers in their last batch, by its cost.
  std::size_t waiting_ = 0, running_ = 0;
  double remaining_ = 0.0;  ///< Predicted seconds of all that is not done.
  bool closed_ = false;
};

}  // namespace basalt::jobs
