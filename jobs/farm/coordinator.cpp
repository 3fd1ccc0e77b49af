#include "jobs/farm/coordinator.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace basalt::jobs {
namespace {

/// Work that travels in one message: long enough to hide a message of some 50 us, short enough not
/// to be felt at the end.
constexpr double bundle_seconds = 0.005;
constexpr std::size_t largest_bundle = 1024;

}  // namespace

void Coordinator::add_worker(int worker) {
  if (workers_.emplace(worker, Worker{}).second) idle_.insert(worker);
}

void Coordinator::lose_worker(int worker) {
  if (workers_.erase(worker) == 0) return;
  idle_.erase(worker);
  hungry_.erase(worker);
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
  ready_.push(task);
}

void Coordinator::reprice(const std::function<double(TaskId)>& cost_of) {
  std::vector<TaskCost> waiting;
  for (; !ready_.empty(); ready_.pop()) {
    Task& task = tasks_.at(ready_.top().id);
    if (!task.waiting) continue;
    task.cost = cost_of(ready_.top().id);
    waiting.push_back({ready_.top().id, task.cost});
  }
  ready_ = decltype(ready_)(Shorter{}, std::move(waiting));
}

std::vector<TaskId> Coordinator::take_bundle(int worker) {
  const std::size_t fair = std::max<std::size_t>(1, waiting_ / (2 * workers_.size()));
  const std::size_t most = std::min(fair, largest_bundle);
  std::vector<TaskId> bundle;
  double seconds = 0.0;
  while (!ready_.empty() && bundle.size() < most && seconds < bundle_seconds) {
    const TaskCost next = ready_.top();
    ready_.pop();
    Task& task = tasks_.at(next.id);
    if (!task.waiting) continue;  // completed meanwhile by a worker that had been given up
    task.waiting = false;
    task.holder = worker;
    --waiting_;
    ++running_;
    bundle.push_back(next.id);
    seconds += next.cost > 0 ? next.cost : bundle_seconds;
  }
  return bundle;
}

void Coordinator::give(std::set<int>& workers, std::vector<Assignment>& assignments) {
  const int worker = *workers.begin();
  workers.erase(workers.begin());
  std::vector<TaskId> bundle = take_bundle(worker);
  Worker& state = workers_.at(worker);
  state.held += bundle.size();
  state.last_bundle = bundle.size();
  note_need(worker);
  if (!bundle.empty()) assignments.push_back({worker, std::move(bundle)});
}

void Coordinator::note_need(int worker) {
  const Worker& state = workers_.at(worker);
  if (state.held == 0) {
    hungry_.erase(worker);
    idle_.insert(worker);
  } else if (state.held <= state.last_bundle) {
    hungry_.insert(worker);
  }
}

std::vector<Assignment> Coordinator::assign() {
  std::vector<Assignment> assignments;
  if (closed_) return assignments;
  while (waiting_ > 0 && !idle_.empty()) give(idle_, assignments);
  while (waiting_ > workers_.size() && !hungry_.empty()) give(hungry_, assignments);
  return assignments;
}

Completion Coordinator::complete(int worker, TaskId id) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return Completion::unknown;
  Task& task = found->second;
  if (task.holder == worker) {
    task.holder = nobody;
    --running_;
    --workers_.at(worker).held;
    note_need(worker);
  }
  if (task.done) return Completion::again;
  task.done = true;
  if (task.waiting) {
    task.waiting = false;
    --waiting_;
  }
  return Completion::first;
}

}  // namespace basalt::jobs
