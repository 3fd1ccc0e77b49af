// The farm on simulated hosts: how long tasks of log-normal cost take, beside the lower bound.
//
//   smpirun -np RANKS ... farm_simulation TASKS MEAN_SECONDS SIGMA ERROR SEED
//
// Costs are log-normal of this sigma; the farm receives predictions that are wrong by a factor of
// e^(ERROR z), z normal. Prints one JSON object.
#include <simgrid/actor.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "jobs/comm/session.hpp"
#include "jobs/farm/farm.hpp"

namespace {

using namespace basalt;
using namespace basalt::jobs;

struct Costs {
  std::vector<double> true_seconds, predicted_seconds;
};

Costs draw(std::size_t tasks, double mean, double sigma, double error, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Costs costs;
  for (std::size_t i = 0; i < tasks; ++i) {
    costs.true_seconds.push_back(mean * std::exp(sigma * normal(random) - sigma * sigma / 2));
    costs.predicted_seconds.push_back(costs.true_seconds.back() * std::exp(error * normal(random)));
  }
  return costs;
}

void simulate(Communicator& comm, const Costs& costs) {
  const std::size_t count = costs.true_seconds.size();
  std::size_t absorbed = 0;
  Job job;
  job.next = [&, given = false]() mutable {
    std::vector<FarmTask> tasks;
    for (TaskId id = 0; !given && id < count; ++id) {
      tasks.push_back({{id, ByteVector(200)}, costs.predicted_seconds[id]});
    }
    given = true;
    return tasks;
  };
  job.work = [&](TaskId id, std::span<const std::uint8_t>) {
    ByteVector outcome(64);
    std::memcpy(outcome.data(), &costs.true_seconds[id], sizeof(double));
    return outcome;
  };
  job.absorb = [&](const TaskMessage&, Completion completion) {
    absorbed += completion == Completion::first ? 1 : 0;
  };
  const Stopwatch watch;
  const FarmResult end = farm(comm, job, {});
  const double seconds = watch.elapsed().value;
  if (comm.rank() != 0) return;
  double total = 0.0, longest = 0.0;
  for (const double cost : costs.true_seconds) {
    total += cost;
    longest = std::max(longest, cost);
  }
  const double bound = std::max(total / comm.size(), longest);
  std::printf(
      "{\"ranks\": %d, \"tasks\": %zu, \"done\": %zu, \"lost_ranks\": %zu, "
      "\"makespan\": %.4f, \"lower_bound\": %.4f, \"ratio\": %.4f}\n",
      comm.size(), count, absorbed, end.lost_ranks, seconds, bound, seconds / bound);
}

}  // namespace

void basalt::jobs::Backoff::sleep() {
  sg_actor_sleep_for(1e-6 * microseconds_);
  microseconds_ = std::min(last, microseconds_ * 2);
}

int main(int count, char** words) {
  if (count != 6) {
    std::fputs("farm_simulation: see the head of farm_simulation.cpp\n", stderr);
    return 2;
  }
  try {
    Session session;
    Communicator world = session.world();
    simulate(world,
             draw(std::strtoul(words[1], nullptr, 10), std::atof(words[2]), std::atof(words[3]),
                  std::atof(words[4]), std::strtoul(words[5], nullptr, 10)));
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "farm_simulation: %s\n", error.what());
    return 1;
  }
}
