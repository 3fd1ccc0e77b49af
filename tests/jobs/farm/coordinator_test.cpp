#include "jobs/farm/coordinator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <queue>
#include <tuple>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::coordinator_test {
namespace {

std::vector<std::pair<int, std::vector<TaskId>>> plain(const std::vector<Assignment>& given) {
  std::vector<std::pair<int, std::vector<TaskId>>> pairs;
  for (const Assignment& one : given) pairs.emplace_back(one.worker, one.tasks);
  return pairs;
}
using Pairs = std::vector<std::pair<int, std::vector<TaskId>>>;

TEST(Coordinator, GivesTheLongestTaskFirstAndTiesByNumber) {
  Coordinator coordinator;
  coordinator.add_worker(0);
  coordinator.add_worker(1);
  for (const TaskCost& task : {TaskCost{5, 1.0}, {6, 3.0}, {7, 3.0}, {8, 2.0}}) {
    coordinator.add_task(task);
  }

  EXPECT_EQ(plain(coordinator.assign()), (Pairs{{0, {6}}, {1, {7}}}));
  EXPECT_EQ(coordinator.complete(1, 7), Completion::first);
  EXPECT_EQ(plain(coordinator.assign()), (Pairs{{1, {8}}}));
}

TEST(Coordinator, KeepsOneTaskAheadWhileThereIsMuchToDo) {
  Coordinator coordinator;
  coordinator.add_worker(0);
  for (TaskId id = 1; id <= 10; ++id) coordinator.add_task({id, 1.0});

  EXPECT_EQ(plain(coordinator.assign()), (Pairs{{0, {1}}, {0, {2}}}));
  EXPECT_TRUE(coordinator.assign().empty());
  coordinator.complete(0, 1);
  EXPECT_EQ(plain(coordinator.assign()), (Pairs{{0, {3}}}));
  for (TaskId id = 2; id <= 6; ++id) {
    coordinator.complete(0, id);
    EXPECT_EQ(plain(coordinator.assign()), (Pairs{{0, {id + 2}}}));
  }
  coordinator.complete(0, 7);
  EXPECT_TRUE(coordinator.assign().empty()) << "the last tasks are not prefetched";
  coordinator.complete(0, 8);
  EXPECT_EQ(plain(coordinator.assign()), (Pairs{{0, {9}}}));
  coordinator.complete(0, 9);
  EXPECT_EQ(plain(coordinator.assign()), (Pairs{{0, {10}}}));
  coordinator.complete(0, 10);
  EXPECT_TRUE(coordinator.idle());
}

TEST(Coordinator, LetsNoTaskWaitBehindALongOne) {
  Coordinator coordinator;
  coordinator.add_worker(0);
  coordinator.add_worker(1);
  for (const TaskCost& task : {TaskCost{1, 40.0}, {2, 1.0}}) coordinator.add_task(task);
  for (TaskId id = 3; id <= 40; ++id) coordinator.add_task({id, 1.0});

  // Both have about 40 seconds to do: the one with the long task gets nothing more.
  EXPECT_EQ(plain(coordinator.assign()), (Pairs{{0, {1}}, {1, {2}}, {1, {3}}}));
}

TEST(Coordinator, SendsShortTasksTogether) {
  Coordinator coordinator;
  coordinator.add_worker(0);
  for (TaskId id = 0; id < 100; ++id) coordinator.add_task({id, 0.001});

  EXPECT_EQ(coordinator.assign().front().tasks.size(), 5u);
}

TEST(Coordinator, GivesTheTasksOfALostWorkerToOthers) {
  Coordinator coordinator;
  coordinator.add_worker(0);
  coordinator.add_worker(1);
  for (TaskId id = 1; id <= 2; ++id) coordinator.add_task({id, 1.0});
  coordinator.assign();
  coordinator.complete(0, 1);

  coordinator.lose_worker(1);

  EXPECT_EQ(plain(coordinator.assign()), (Pairs{{0, {2}}}));
}

TEST(Coordinator, AcceptsALateResultOfAWorkerThatHadBeenGivenUpOnce) {
  Coordinator coordinator;
  coordinator.add_worker(0);
  coordinator.add_worker(1);
  coordinator.add_task({1, 1.0});
  coordinator.add_task({2, 1.0});
  coordinator.assign();
  coordinator.lose_worker(1);
  EXPECT_EQ(coordinator.complete(1, 2), Completion::first) << "it waits again, but is done";
  coordinator.complete(0, 1);

  EXPECT_TRUE(coordinator.assign().empty());
  EXPECT_TRUE(coordinator.idle());
  EXPECT_EQ(coordinator.complete(0, 2), Completion::again);
  EXPECT_EQ(coordinator.complete(0, 9), Completion::unknown);
}

TEST(Coordinator, WaitsForBothWhenATaskRunsTwice) {
  Coordinator coordinator;
  coordinator.add_worker(0);
  coordinator.add_worker(1);
  coordinator.add_task({1, 1.0});
  coordinator.assign();
  coordinator.lose_worker(0);
  coordinator.assign();
  EXPECT_EQ(coordinator.complete(0, 1), Completion::first);
  EXPECT_FALSE(coordinator.idle());
  EXPECT_EQ(coordinator.complete(1, 1), Completion::again);
  EXPECT_TRUE(coordinator.idle());
}

TEST(Coordinator, GivesNothingOutOnceClosed) {
  Coordinator coordinator;
  coordinator.add_worker(0);
  coordinator.add_task({1, 1.0});
  coordinator.close();
  EXPECT_TRUE(coordinator.assign().empty());
  EXPECT_TRUE(coordinator.idle());
}

TEST(Coordinator, RefusesATaskTwice) {
  Coordinator coordinator;
  coordinator.add_task({1, 1.0});
  expect_error(ErrorCode::internal, "was added twice", [&] { coordinator.add_task({1, 2.0}); });
}

/// A machine of many workers in simulated time: messages take 50 us each way.
struct Simulation {
  struct Event {
    double time = 0.0;
    int worker = 0;
    TaskId task = 0;
    bool operator<(const Event& other) const { return time > other.time; }
  };
  struct Result {
    double makespan = 0.0, bound = 0.0;
    std::size_t completed = 0, repeated = 0;
  };

  static constexpr double latency = 50e-6;

  int workers = 1;
  std::vector<double> true_cost, predicted;
  double death_share = 0.0;  ///< Of workers that die once, at a random task.

  void send(const std::vector<Assignment>& given, double now) {
    for (const Assignment& one : given) {
      double& free = free_at_[static_cast<std::size_t>(one.worker)];
      for (const TaskId task : one.tasks) {
        free = std::max(free, now + latency) + true_cost[task];
        events_.push({free + latency, one.worker, task});
      }
    }
  }

  Result run(Seed seed) {
    RandomStream random(seed);
    free_at_.assign(static_cast<std::size_t>(workers), 0.0);
    std::vector<bool> dead(static_cast<std::size_t>(workers));
    Coordinator coordinator;
    for (int worker = 0; worker < workers; ++worker) coordinator.add_worker(worker);
    double total = 0.0, longest = 0.0;
    for (TaskId id = 0; id < true_cost.size(); ++id) {
      coordinator.add_task({id, predicted[id]});
      total += true_cost[id];
      longest = std::max(longest, true_cost[id]);
    }
    Result result{.bound = std::max(total / workers, longest)};
    send(coordinator.assign(), 0.0);
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      if (dead[static_cast<std::size_t>(event.worker)]) continue;
      result.makespan = event.time;
      if (event.worker > 0 && random.uniform() < death_share) {
        dead[static_cast<std::size_t>(event.worker)] = true;
        coordinator.lose_worker(event.worker);
      } else if (coordinator.complete(event.worker, event.task) == Completion::first) {
        ++result.completed;
      } else {
        ++result.repeated;
      }
      send(coordinator.assign(), event.time);
    }
    EXPECT_TRUE(coordinator.idle());
    return result;
  }

 private:
  std::vector<double> free_at_;
  std::priority_queue<Event> events_;
};

/// Log-normal costs of mean 1 s, predicted with an error of `error` (log-normal as well).
Simulation log_normal(int workers, std::size_t tasks, double error) {
  Simulation simulation;
  simulation.workers = workers;
  RandomStream random(Seed{42});
  for (std::size_t i = 0; i < tasks; ++i) {
    const double cost = std::exp(random.gaussian() - 0.5);
    simulation.true_cost.push_back(cost);
    simulation.predicted.push_back(cost * std::exp(error * random.gaussian()));
  }
  return simulation;
}

TEST(CoordinatorAtScale, StaysWithin2PercentOfTheBoundFrom64To10240Workers) {
  for (const auto& [workers, each] :
       {std::pair{64, 3}, {64, 20}, {64, 100}, {1024, 20}, {10240, 98}}) {
    const std::size_t tasks = static_cast<std::size_t>(workers) * static_cast<std::size_t>(each);
    Simulation simulation = log_normal(workers, tasks, 0.3);

    const Simulation::Result result = simulation.run(Seed{1});

    EXPECT_EQ(result.completed, tasks);
    EXPECT_EQ(result.repeated, 0u);
    EXPECT_LE(result.makespan, 1.02 * result.bound) << workers << " workers";
    RecordProperty(concat("makespan_over_bound_", workers, "_", each),
                   std::to_string(result.makespan / result.bound));
  }
}

TEST(CoordinatorAtScale, LosesNoTaskWhenWorkersDie) {
  Simulation simulation = log_normal(1000, 50000, 0.3);
  simulation.death_share = 0.01;

  const Simulation::Result result = simulation.run(Seed{2});

  EXPECT_EQ(result.completed, 50000u);
}

TEST(Coordinator, FollowsNewCostsOfWhatWaits) {
  Coordinator coordinator;
  coordinator.add_worker(0);
  for (const TaskId id : {1, 2, 3, 4}) coordinator.add_task({id, 10.0 * static_cast<double>(id)});
  const std::vector<Assignment> first = coordinator.assign();
  ASSERT_EQ(first.front().tasks, std::vector<TaskId>{4});

  coordinator.reprice([](TaskId id) { return 10.0 - static_cast<double>(id); });

  std::vector<TaskId> order;
  for (const Assignment& one : first) order.insert(order.end(), one.tasks.begin(), one.tasks.end());
  for (std::size_t next = 0; next < order.size(); ++next) {
    coordinator.complete(0, order[next]);
    for (const Assignment& one : coordinator.assign()) {
      order.insert(order.end(), one.tasks.begin(), one.tasks.end());
    }
  }
  // What had been given out before stays; the rest comes by its new cost.
  ASSERT_EQ(order.size(), 4u);
  const auto given = static_cast<std::ptrdiff_t>(first.size());
  EXPECT_TRUE(std::is_sorted(order.begin() + given, order.end()));
  EXPECT_EQ(coordinator.waiting(), 0u);
}

}  // namespace
}  // namespace basalt::jobs::coordinator_test
