#include "jobs/cli/interruption.hpp"

#include <atomic>
#include <csignal>

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

}  // namespace basalt::jobs::cli
