// What the farm itself costs: empty tasks per second, overhead of short durable tasks, idle ranks.
//
//   mpirun -n 2 farm_bench empty COUNT            tasks that do nothing, in batches
//   mpirun -n 2 farm_bench durable COUNT MS DIR   tasks that sleep and are journaled one by one
//   mpirun -n 2 farm_bench idle SECONDS           one long task, the other ranks wait
//
// Prints one JSON object on rank 0.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

#include "base/stopwatch.hpp"
#include "io/journal/journal.hpp"
#include "jobs/comm/session.hpp"
#include "jobs/farm/farm.hpp"

extern char** environ;

namespace {

using namespace basalt;
using namespace basalt::jobs;

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Job job_of(std::size_t count, double cost, Agent::Work work) {
  Job job;
  job.next = [count, cost, given = false]() mutable {
    std::vector<FarmTask> tasks;
    for (TaskId id = 0; !given && id < count; ++id) tasks.push_back({{id, {}}, cost});
    given = true;
    return tasks;
  };
  job.work = std::move(work);
  job.absorb = [](const TaskMessage&, Completion) {};
  return job;
}

void print(const Communicator& comm, const std::string& what, std::size_t tasks, double seconds) {
  if (comm.rank() != 0) return;
  std::printf(
      "{\"bench\": \"%s\", \"ranks\": %d, \"tasks\": %zu, \"seconds\": %.4f, "
      "\"tasks_per_second\": %.0f}\n",
      what.c_str(), comm.size(), tasks, seconds, static_cast<double>(tasks) / seconds);
}

void empty(Communicator& comm, std::size_t count) {
  const Stopwatch watch;
  farm(comm, job_of(count, 1e-6, [](auto...) { return ByteVector(64); }), {});
  print(comm, "empty", count, watch.elapsed().value);
}

void durable(Communicator& comm, std::size_t count, int milliseconds, const char* folder) {
  io::Journal journal(folder, Digest{});
  const Stopwatch watch;
  const auto work = [&](auto...) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    return ByteVector(4096);
  };
  Job job = job_of(count, 1.0, work);
  job.keep = [&](std::span<const TaskMessage> outcomes) {
    std::vector<io::JournalRecord> records;
    for (const TaskMessage& outcome : outcomes) records.push_back({1, outcome.content});
    journal.append(records);
  };
  farm(comm, job, {});
  const double seconds = watch.elapsed().value;
  print(comm, "durable", count, seconds);
  const double ideal = 1e-3 * milliseconds * static_cast<double>(count) / comm.size();
  if (comm.rank() == 0) std::printf("{\"overhead_over_ideal\": %.4f}\n", seconds / ideal - 1.0);
}

void idle(Communicator& comm, int seconds) {
  const double before = processor_seconds();
  const Stopwatch watch;
  farm(comm,
       job_of(1, 1.0,
              [seconds](auto...) {
                std::this_thread::sleep_for(std::chrono::seconds(seconds));
                return ByteVector(64);
              }),
       {});
  const double share = (processor_seconds() - before) / watch.elapsed().value;
  std::printf("{\"bench\": \"idle\", \"rank\": %d, \"share_of_a_core\": %.4f}\n", comm.rank(),
              share);
}

int run(Communicator comm, int count, char** words) {
  const std::string what = count > 2 ? words[1] : "";
  if (what == "empty") {
    empty(comm, static_cast<std::size_t>(std::atol(words[2])));
  } else if (what == "durable" && count == 5) {
    durable(comm, static_cast<std::size_t>(std::atol(words[2])), std::atoi(words[3]), words[4]);
  } else if (what == "idle") {
    idle(comm, std::atoi(words[2]));
  } else {
    std::fputs("farm_bench: see the head of farm_bench.cpp\n", stderr);
    return 2;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  std::optional<Session> session;
  if (Session::launched(environ)) session.emplace();
  return run(session ? session->world() : Communicator::alone(), count, words);
}
