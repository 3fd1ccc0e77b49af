#include "jobs/farm/heartbeat_monitor.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace basalt::jobs {
namespace {

std::string host_name() {
  utsname names{};
  uname(&names);
  return names.nodename;
}

bool gone(pid_t process) {
  return kill(process, 0) != 0 && errno == ESRCH;
}

}  // namespace

ByteVector process_identity() {
  const std::string text = std::to_string(getpid()) + " " + host_name();
  return ByteVector(text.begin(), text.end());
}

void HeartbeatMonitor::expect(int rank, double now) {
  ranks_[rank] = {now, 0};
}

void HeartbeatMonitor::identify(int rank, std::span<const std::uint8_t> identity, double now) {
  const std::string text(identity.begin(), identity.end());
  const std::size_t space = text.find(' ');
  Rank& known = ranks_[rank];
  known = {now, 0};
  if (space == std::string::npos || text.substr(space + 1) != host_name()) return;
  const auto process = static_cast<pid_t>(std::strtol(text.c_str(), nullptr, 10));
  // In a container of its own a process has another number here, or none.
  if (process > 1 && !gone(process)) known.process = process;
}

void HeartbeatMonitor::note_heartbeat(int rank, double now) {
  const auto found = ranks_.find(rank);
  if (found != ranks_.end()) found->second.last_heartbeat = now;
}

std::vector<int> HeartbeatMonitor::missing(double now) const {
  std::vector<int> ranks;
  for (const auto& [rank, state] : ranks_) {
    const bool silent = now - state.last_heartbeat > silence_;
    if (silent || (state.process != 0 && gone(state.process))) ranks.push_back(rank);
  }
  return ranks;
}

}  // namespace basalt::jobs
