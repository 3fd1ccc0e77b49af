// A sweep of quick synthetic trials as a program of its own, to be killed by tests.
//
//   sweep_driver FOLDER LOG MILLISECONDS [SAMPLER STOPPER [LINES]]
//
// A trial takes MILLISECONDS; with a sampler and a stopper, anything up to that. LOG gets a line
// "ran N" when a trial is begun and "reported N" when rank 0 knows that it ended. Where LOG has
// LINES lines, trials do not end any more. Prints the digest of the results.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/error.hpp"
#include "io/config/campaign_config.hpp"
#include "jobs/comm/session.hpp"
#include "jobs/sweep/sweep.hpp"
#include "search/campaigns.hpp"

extern char** environ;

namespace {

using namespace basalt;
using namespace basalt::jobs;

search::Campaign campaign(const std::string& sampler, const std::string& stopper) {
  return io::parse_campaign(concat(R"(name = "driven"
seed = 7
[data]
generate = "moons"
[model]
estimator = "NeuralNetClassifier"
max_epochs = 27
[space]
module__n_accum_bits = { low = 3, high = 6 }
module__n_w_bits = [2, 3]
lr = { low = 1e-3, high = 1e-1, log = true }
[search]
trials = 50
window = 8
)",
                                   "sampler = \"", sampler, "\"\nstopper = \"", stopper, "\"\n"),
                            "driven.toml");
}

void note(int log, const std::string& line) {
  if (write(log, line.data(), line.size()) < 0) std::abort();
}

long lines_of(const char* path) {
  std::ifstream file(path);
  return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
}

/// Nobody may be left to kill this process.
[[noreturn]] void wait_to_be_killed() {
  std::this_thread::sleep_for(std::chrono::minutes(10));
  std::fputs("sweep_driver: waited 600 s to be killed, in vain\n", stderr);
  std::_Exit(1);
}

/// Returns the number of ranks that died on the way.
std::size_t run(Communicator& comm, int argument_count, char** arguments) {
  const bool random = argument_count >= 6;
  const long most_lines = argument_count == 7 ? std::atol(arguments[6]) : 0;
  const int log = open(arguments[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const std::chrono::milliseconds pause(std::atoi(arguments[3]));
  SweepSpec spec;
  spec.folder = SweepFolder(arguments[1]);
  spec.run = [&](const search::TrialTask& task) {
    note(log, concat("ran ", task.trial * 64 + task.rung, "\n"));
    // The clock is a stream of random numbers that differs in every life.
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    std::this_thread::sleep_for(random ? now % (pause + std::chrono::nanoseconds(1)) : pause);
    if (most_lines > 0 && lines_of(arguments[2]) >= most_lines) wait_to_be_killed();
    return toy_record(task);
  };
  spec.on_outcome = [&](const search::TrialOutcome& outcome, bool replayed) {
    const search::TrialTask& task = outcome.task;
    if (!replayed) note(log, concat("reported ", task.trial * 64 + task.rung, "\n"));
  };
  const search::Campaign driven =
      random ? campaign(arguments[4], arguments[5]) : campaign("tpe", "halving");
  const SweepResult result = run_sweep(driven, spec, comm);
  if (comm.rank() == 0) std::puts(result.summary.results_digest.hex().c_str());
  std::fflush(stdout);
  return result.lost_ranks;
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 4 && argument_count != 6 && argument_count != 7) return 2;
  try {
    if (!Session::launched(environ)) {
      Communicator alone = Communicator::alone();
      run(alone, argument_count, arguments);
      return 0;
    }
    Session session;
    Communicator comm = session.world();
    if (run(comm, argument_count, arguments) > 0)
      _exit(0);  // MPI's orderly end would wait for the dead
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "sweep_driver: %s\n", error.what());
    return error.code() == ErrorCode::corrupt ? 4 : 1;
  }
}
