// The process of isolated trials in tests: each trial does what its setting "deed" says.
//
//   trial_driver RUN PARENT MEMORY FOLDER
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "jobs/child/child_process.hpp"
#include "jobs/sweep/isolated_trial.hpp"

namespace {

using namespace basalt;
using namespace basalt::jobs;

[[noreturn]] void crash() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::raise(SIGSEGV);
  std::abort();
}

void eat_memory() {
  std::vector<std::vector<char>> eaten;
  while (true) eaten.emplace_back(std::size_t{8} << 20, 'x');
}

/// True the first time only, over all processes.
bool first_time(const std::string& folder, const std::string& name) {
  const int file = open((folder + "/" + name).c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600);
  if (file >= 0) close(file);
  return file >= 0;
}

void do_deed(const std::string& deed, const std::string& folder, int served) {
  if (deed == "segfault") crash();
  if (deed == "segfault unless fresh" && served > 0) crash();
  if (deed == "abort") {
    std::fputs("free(): invalid pointer\n", stderr);
    std::abort();
  }
  if (deed == "exit") std::exit(9);
  if (deed == "loop") {
    for (volatile bool forever = true; forever;) {
    }
  }
  if (deed == "eat") eat_memory();
  if (deed == "eat unless fresh" && served > 0) eat_memory();
  if (deed == "fork and loop") {
    if (fork() == 0) pause();
    pause();
  }
  if (deed == "babble") {
    const std::string line(1 << 16, '.');
    for (int i = 0; i < 1024; ++i) std::fputs(line.c_str(), stderr);
  }
  if (deed == "nonsense") {
    const std::vector<char> nonsense(100, '\xff');
    if (write(ChildProcess::channel_of_child, nonsense.data(), nonsense.size()) < 0) std::abort();
    pause();
  }
  if (deed == "die of kill") kill(0, SIGKILL);
  if (deed == "be killed once" && first_time(folder, "killed")) kill(getpid(), SIGKILL);
  if (deed == "raise") throw Error(ErrorCode::io, "disk full");
}

}  // namespace

int main(int, char** words) {
  live_as_child(std::atoi(words[2]), std::strtoull(words[3], nullptr, 10));
  const std::string folder = words[4];
  if (std::filesystem::exists(folder + "/kill me early") && first_time(folder, "killed early")) {
    kill(getpid(), SIGKILL);
  }
  int served = 0;
  serve_trials(ChildProcess::channel_of_child, Digest::from_hex(words[1]),
               [&](const search::TrialTask& task) {
                 const std::string deed = std::get<std::string>(task.configuration.at("deed"));
                 do_deed(deed, folder, served++);
                 pipeline::Record record;
                 record.result["process"] = getpid();
                 record.result["trial"] = static_cast<double>(task.trial);
                 return record;
               });
}
