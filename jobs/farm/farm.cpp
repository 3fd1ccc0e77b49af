#include "jobs/farm/farm.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "jobs/comm/heartbeat.hpp"
#include "jobs/farm/heartbeat_monitor.hpp"
#include "jobs/farm/task_batch.hpp"
#include "jobs/wire/error_message.hpp"

namespace basalt::jobs {
namespace {

constexpr double look_seconds = 0.1;
constexpr double farewell_seconds = 5.0;
constexpr int first_wait = 20, longest_wait = 1000;  // microseconds

// Ranks that have left a farm may speak of other things already: those messages are not ours.
constexpr std::array spoken{Tag::hello,   Tag::alive,     Tag::tasks, Tag::outcome,
                            Tag::failure, Tag::interrupt, Tag::stop,  Tag::left};

/// What every rank of a farm has: its work, the time, and how to end.
class RankLoop {
 public:
  RankLoop(Communicator& comm, const Job& job, const FarmOptions& options)
      : comm_(comm), options_(options), key_(options.run), agent_(job.work, job.keep) {}

 protected:
  double now() const { return watch_.elapsed().value; }

  Interruption asked() {
    const Interruption asked = options_.interruption ? options_.interruption() : Interruption::none;
    if (asked == Interruption::now) leave();
    return asked;
  }

  [[noreturn]] void leave() {
    if (options_.leave) options_.leave();
    _exit(exit_to_resume);
  }

  /// Sleeps when the last round did nothing, longer each time, but wakes for an own outcome.
  void rest(bool did_something) {
    wait_ = did_something ? first_wait : std::min(longest_wait, 2 * wait_);
    if (!did_something) agent_.wait(wait_);
  }

  /// True at most every `period` seconds.
  bool due(double& last, double period) const {
    if (now() - last < period) return false;
    last = now();
    return true;
  }

  Communicator& comm_;
  const FarmOptions& options_;
  MessageKey key_;
  Stopwatch watch_;
  Agent agent_;

 private:
  int wait_ = first_wait;
};

/// Rank 0.
class CoordinatorRank : RankLoop {
 public:
  CoordinatorRank(Communicator& comm, const Job& job, const FarmOptions& options)
      : RankLoop(comm, job, options), job_(job), heartbeats_(options.silence_seconds) {
    for (int rank = 0; rank < comm.size(); ++rank) coordinator_.add_worker(rank);
    for (int rank = 1; rank < comm.size(); ++rank) {
      heartbeats_.expect(rank, now());
      workers_.insert(rank);
      comm.send(rank, Tag::hello, process_identity());
    }
  }

  FarmResult run() {
    try {
      while (!finished()) rest(round());
    } catch (...) {
      failure_ = failure_ ? failure_ : std::current_exception();
    }
    dismiss();
    if (failure_) throw error_of(failure_);
    return {interrupted_, lost_};
  }

 private:
  bool finished() {
    if (failure_ || interrupted_) return true;
    return coordinator_.idle() && !add_ready_tasks();
  }

  bool round() {
    bool active = false;
    while (const auto message = comm_.poll(spoken)) {
      take(*message);
      active = true;
    }
    active |= take_own();
    if (active || first_round_) add_ready_tasks();
    if (job_.cost && completed_ >= next_reprice_) {
      coordinator_.reprice(job_.cost);
      next_reprice_ = 2 * completed_;
    }
    first_round_ = false;
    for (Assignment& assignment : coordinator_.assign()) send(assignment);
    if (asked() == Interruption::finish) interrupted_ = true;
    if (due(last_look_, look_seconds)) look_around();
    return active;
  }

  bool add_ready_tasks() {
    std::vector<FarmTask> tasks = job_.next();
    for (FarmTask& task : tasks) {
      coordinator_.add_task({task.message.id, task.cost});
      contents_.emplace(task.message.id, std::move(task.message.content));
    }
    return !tasks.empty();
  }

  void send(const Assignment& assignment) {
    std::vector<TaskMessage> tasks;
    for (const TaskId id : assignment.tasks) tasks.push_back({id, contents_.at(id)});
    if (assignment.worker == 0) {
      agent_.give(std::move(tasks));
    } else {
      comm_.send(assignment.worker, Tag::tasks, encode_tasks(key_, tasks));
    }
  }

  void take(const Message& message) {
    if (!workers_.contains(message.source) && !left_.contains(message.source)) {
      workers_.insert(message.source);  // given up too early: it is back
      coordinator_.add_worker(message.source);
      heartbeats_.expect(message.source, now());
      --lost_;
      if (!result_.empty()) comm_.send(message.source, Tag::stop, result_);
    }
    heartbeats_.note_heartbeat(message.source, now());
    switch (message.tag) {
      case Tag::hello:
        heartbeats_.identify(message.source, message.bytes, now());
        break;
      case Tag::outcome:
        for (const TaskMessage& outcome : decode_tasks(key_, message.bytes)) {
          absorb(message.source, outcome);
        }
        break;
      case Tag::failure:
        if (!failure_) failure_ = std::make_exception_ptr(open_error(key_, message.bytes));
        break;
      case Tag::interrupt:
        // Once the others know how it ended, it has ended so.
        interrupted_ = interrupted_ || result_.empty();
        break;
      case Tag::left:
        left_.insert(message.source);
        workers_.erase(message.source);
        heartbeats_.forget(message.source);
        break;
      default:
        break;
    }
  }

  bool take_own() {
    const std::vector<FinishedTask> finished = agent_.take();
    for (const FinishedTask& done : finished) {
      if (done.failure) {
        failure_ = failure_ ? failure_ : done.failure;
      } else {
        absorb(0, done.outcome);
      }
    }
    return !finished.empty();
  }

  void absorb(int worker, const TaskMessage& outcome) {
    const Completion completion = coordinator_.complete(worker, outcome.id);
    require(completion != Completion::unknown, ErrorCode::corrupt, "farm: rank ", worker,
            " reports task ", outcome.id, ", which was never given out");
    completed_ += completion == Completion::first ? 1 : 0;
    if (completion == Completion::first) contents_.erase(outcome.id);
    job_.absorb(outcome, completion);
  }

  void look_around() {
    std::vector<int> missing = heartbeats_.missing(now());
    for (const int rank : workers_) {
      if (comm_.has_ended(rank) && std::ranges::count(missing, rank) == 0) missing.push_back(rank);
    }
    for (const int rank : missing) give_up(rank);
    if (due(last_heartbeat_, heartbeat_seconds)) {
      for (const int rank : workers_) comm_.send(rank, Tag::alive, {});
    }
    if (options_.watch) {
      options_.watch(
          {completed_, coordinator_.running(), coordinator_.waiting(), coordinator_.workers()});
    }
  }

  void give_up(int rank) {
    heartbeats_.forget(rank);
    workers_.erase(rank);
    coordinator_.lose_worker(rank);
    comm_.note_loss();
    ++lost_;
  }

  /// Ends all ranks: each does its running task to the end and reports it.
  void dismiss() {
    coordinator_.close();
    agent_.drop_waiting();
    result_ = failure_ ? encode_failure(key_, error_of(failure_))
                       : encode_result(key_, {interrupted_, lost_});
    for (int rank = 1; rank < comm_.size(); ++rank) comm_.send(rank, Tag::stop, result_);
    while (!workers_.empty() || !agent_.idle()) {
      try {
        rest(wind_up());
      } catch (...) {
        failure_ = failure_ ? failure_ : std::current_exception();
      }
    }
    comm_.flush(farewell_seconds);
  }

  bool wind_up() {
    bool active = take_own();
    while (const auto message = comm_.poll(spoken)) {
      take(*message);
      active = true;
    }
    asked();
    if (due(last_look_, look_seconds)) look_around();
    return active;
  }

  const Job& job_;
  Coordinator coordinator_;
  HeartbeatMonitor heartbeats_;
  std::unordered_map<TaskId, ByteVector> contents_;
  std::set<int> workers_, left_;
  std::exception_ptr failure_;
  ByteVector result_;  ///< What the others receive at the end.
  double last_look_ = 0.0, last_heartbeat_ = 0.0;
  std::size_t completed_ = 0, lost_ = 0;
  std::size_t next_reprice_ = 8;  ///< Doubles, so that all of it costs no more than a sort.
  bool interrupted_ = false, first_round_ = true;
};

/// Every other rank.
class WorkerRank : RankLoop {
 public:
  WorkerRank(Communicator& comm, const Job& job, const FarmOptions& options)
      : RankLoop(comm, job, options),
        heartbeats_(silence_of_coordinator * options.silence_seconds) {
    heartbeats_.expect(0, now());
    comm.send(0, Tag::hello, process_identity());
  }

  FarmResult run() {
    while (!result_ || !agent_.idle()) rest(round());
    report();
    comm_.send(0, Tag::left, {});
    comm_.flush(farewell_seconds);
    const FarmResult result = decode_result(key_, *result_);
    if (result.lost_ranks > 0) comm_.note_loss();
    return result;
  }

 private:
  // Rank 0 may be silent while it writes results; without it there is nothing to do but end.
  static constexpr double silence_of_coordinator = 12;

  bool round() {
    bool active = report();
    while (auto message = comm_.poll(spoken)) {
      take(*message);
      active = true;
    }
    if (asked() == Interruption::finish && !std::exchange(interruption_sent_, true)) {
      comm_.send(0, Tag::interrupt, {});
    }
    if (due(last_heartbeat_, heartbeat_seconds)) {
      comm_.send(0, Tag::alive, {});
      if (!heartbeats_.missing(now()).empty()) leave();
    }
    return active;
  }

  bool report() {
    std::vector<TaskMessage> outcomes;
    for (FinishedTask& done : agent_.take()) {
      if (done.failure) {
        comm_.send(0, Tag::failure, seal_error(key_, error_of(done.failure)));
      } else {
        outcomes.push_back(std::move(done.outcome));
      }
    }
    if (!outcomes.empty()) comm_.send(0, Tag::outcome, encode_tasks(key_, outcomes));
    return !outcomes.empty();
  }

  void take(Message& message) {
    if (message.source != 0) return;
    heartbeats_.note_heartbeat(0, now());
    if (message.tag == Tag::hello) heartbeats_.identify(0, message.bytes, now());
    if (message.tag == Tag::tasks && !result_) agent_.give(decode_tasks(key_, message.bytes));
    if (message.tag == Tag::stop) {
      agent_.drop_waiting();
      result_ = std::move(message.bytes);
    }
  }

  HeartbeatMonitor heartbeats_;
  std::optional<ByteVector> result_;
  double last_heartbeat_ = 0.0;
  bool interruption_sent_ = false;
};

}  // namespace

FarmResult farm(Communicator& comm, const Job& job, const FarmOptions& options) {
  if (comm.rank() == 0) return CoordinatorRank(comm, job, options).run();
  return WorkerRank(comm, job, options).run();
}

}  // namespace basalt::jobs
