#include "jobs/cli/interruption.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "jobs/cli/command.hpp"

namespace basalt::jobs::cli {
namespace {

// A signal handler can reach nothing but a global; this is the only one of the program.
std::atomic<int> asked = static_cast<int>(Interruption::none);
static_assert(std::atomic<int>::is_always_lock_free);

void ask(int signal) {
  const bool again = asked.load() != static_cast<int>(Interruption::none);
  const bool now = signal == SIGTERM || (signal == SIGINT && again);
  asked = static_cast<int>(now ? Interruption::now : Interruption::finish);
}

void listen_to(int signal) {
  struct sigaction action {};
  action.sa_handler = ask;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void remember_warnings() {
  listen_to(SIGUSR1);
}

std::function<Interruption()> listen_for_signals() {
  for (const int signal : {SIGUSR1, SIGTERM, SIGINT}) listen_to(signal);
  return [] { return static_cast<Interruption>(asked.load()); };
}

void note_status(int rank, int status) {
  const char* file = std::getenv("BASALT_STATUS_FILE");
  if (file == nullptr || *file == '\0' || rank > 0) return;
  try {
    io::publish(file, concat(status, "\n"));
  } catch (const Error& error) {
    std::fputs(concat("basalt: ", error.what(), "\n").c_str(), stderr);
  }
}

std::function<void()> leave_interrupted(int rank) {
  return [rank] {
    constexpr int status = static_cast<int>(Exit::interrupted);
    note_status(rank, status);
    _exit(status);
  };
}

}  // namespace basalt::jobs::cli
