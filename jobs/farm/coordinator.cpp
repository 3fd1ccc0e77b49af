#include "jobs/farm/coordinator.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace basalt::jobs {
namespace {

/// Work that travels in one message: long enough to hide a message of some 50 us, short enough not
/// to be felt at the end.
constexpr double batch_seconds = 0.005;
constexpr std::size_t largest_batch = 1024;
/// A second batch is given while both take no more than this share of the time that remains: costs
/// are predictions, and what has been given out is not taken back.
constexpr double prefetched_share = 0.5;

}  // namespace

void Coordinator::add_worker(int worker) {
  if (workers_.emplace(worker, Worker{}).second) idle_.insert(worker);
}

void Coordinator::lose_worker(int worker) {
  if (!workers_.contains(worker)) return;
  forget_need(worker);
  workers_.erase(worker);
  idle_.erase(worker);
  for (auto& [id, task] : tasks_) {
    if (task.holder != worker) continue;
    task.holder = nobody;
    --running_;
    if (!task.done) wait_again(id, task);
  }
}

void Coordinator::wait_again(TaskId id, Task& task) {
  task.waiting = true;
  ++waiting_;
  ready_.push({id, task.cost});
}

void Coordinator::add_task(const TaskCost& task) {
  const bool added = tasks_.emplace(task.id, Task{.cost = task.cost}).second;
  require(added, ErrorCode::internal, "coordinator: task ", task.id, " was added twice");
  ++waiting_;
  remaining_ += task.cost;
  ready_.push(task);
}

void Coordinator::reprice(const std::function<double(TaskId)>& cost_of) {
  std::vector<TaskCost> waiting;
  for (; !ready_.empty(); ready_.pop()) {
    Task& task = tasks_.at(ready_.top().id);
    if (!task.waiting) continue;
    remaining_ -= task.cost;
    task.cost = cost_of(ready_.top().id);
    remaining_ += task.cost;
    waiting.push_back({ready_.top().id, task.cost});
  }
  ready_ = decltype(ready_)(Shorter{}, std::move(waiting));
}

std::vector<TaskId> Coordinator::take_batch(int worker) {
  const std::size_t fair = std::max<std::size_t>(1, waiting_ / (2 * workers_.size()));
  const std::size_t most = std::min(fair, largest_batch);
  std::vector<TaskId> batch;
  double seconds = 0.0;
  while (!ready_.empty() && batch.size() < most && seconds < batch_seconds) {
    const TaskCost next = ready_.top();
    ready_.pop();
    Task& task = tasks_.at(next.id);
    if (!task.waiting) continue;  // completed meanwhile by a worker that had been given up
    task.waiting = false;
    task.holder = worker;
    --waiting_;
    ++running_;
    batch.push_back(next.id);
    seconds += next.cost > 0 ? next.cost : batch_seconds;
  }
  return batch;
}

void Coordinator::give(int worker, std::vector<Assignment>& assignments) {
  forget_need(worker);
  std::vector<TaskId> batch = take_batch(worker);
  Worker& state = workers_.at(worker);
  state.held += batch.size();
  state.last_batch = batch.size();
  for (const TaskId id : batch) state.held_cost += tasks_.at(id).cost;
  note_need(worker);
  if (!batch.empty()) assignments.push_back({worker, std::move(batch)});
}

void Coordinator::forget_need(int worker) {
  Worker& state = workers_.at(worker);
  idle_.erase(worker);
  if (state.hungry_as < 0.0) return;
  hungry_.erase({state.hungry_as, worker});
  state.hungry_as = -1.0;
}

void Coordinator::note_need(int worker) {
  forget_need(worker);
  Worker& state = workers_.at(worker);
  if (state.held == 0) {
    state.held_cost = 0.0;  // sums of rounded numbers end anew
    idle_.insert(worker);
  } else if (state.held <= state.last_batch) {
    state.hungry_as = std::max(0.0, state.held_cost);
    hungry_.insert({state.hungry_as, worker});
  }
}

/// Whether the hungry worker that will be free first gets more already.
bool Coordinator::may_prefetch() {
  if (hungry_.empty() || waiting_ <= workers_.size()) return false;
  while (!tasks_.at(ready_.top().id).waiting) ready_.pop();
  const double both = hungry_.begin()->first + ready_.top().cost;
  return both * static_cast<double>(workers_.size()) <= prefetched_share * remaining_ ||
         ready_.top().cost <= 0.0;
}

std::vector<Assignment> Coordinator::assign() {
  std::vector<Assignment> assignments;
  if (closed_) return assignments;
  while (waiting_ > 0 && !idle_.empty()) give(*idle_.begin(), assignments);
  while (may_prefetch()) give(hungry_.begin()->second, assignments);
  return assignments;
}

Completion Coordinator::complete(int worker, TaskId id) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return Completion::unknown;
  Task& task = found->second;
  if (task.holder == worker) {
    task.holder = nobody;
    --running_;
    Worker& state = workers_.at(worker);
    --state.held;
    state.held_cost -= task.cost;
    note_need(worker);
  }
  if (task.done) return Completion::again;
  task.done = true;
  remaining_ -= task.cost;
  if (task.waiting) {
    task.waiting = false;
    --waiting_;
  }
  return Completion::first;
}

}  // namespace basalt::jobs
