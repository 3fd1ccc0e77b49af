#include "jobs/farm/heartbeat_monitor.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace basalt::jobs::heartbeat_monitor_test {
namespace {

/// The process_identity of a process other than this one.
ByteVector identity_of(pid_t process) {
  const ByteVector own = process_identity();
  std::string text(own.begin(), own.end());
  text = std::to_string(process) + text.substr(text.find(' '));
  return ByteVector(text.begin(), text.end());
}

TEST(HeartbeatMonitor, MissesARankThatIsSilentForTooLong) {
  HeartbeatMonitor monitor(10.0);
  monitor.expect(1, 0.0);
  monitor.expect(2, 0.0);
  monitor.note_heartbeat(2, 5.0);

  EXPECT_TRUE(monitor.missing(10.0).empty());
  EXPECT_EQ(monitor.missing(11.0), std::vector<int>{1});
  monitor.forget(1);
  EXPECT_EQ(monitor.missing(16.0), std::vector<int>{2});
}

TEST(HeartbeatMonitor, MissesAProcessOfThisMachineAsSoonAsItIsGone) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  HeartbeatMonitor monitor(10.0);
  monitor.expect(1, 0.0);
  monitor.identify(1, identity_of(child), 0.0);
  EXPECT_TRUE(monitor.missing(1.0).empty());

  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);

  EXPECT_EQ(monitor.missing(1.0), std::vector<int>{1});
}

TEST(HeartbeatMonitor, DoesNotLookForAProcessThatItCannotSee) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  HeartbeatMonitor monitor(10.0);

  monitor.identify(1, identity_of(child), 0.0);
  monitor.identify(2, ByteVector{1, 2, 3}, 0.0);

  EXPECT_TRUE(monitor.missing(1.0).empty());
}

}  // namespace
}  // namespace basalt::jobs::heartbeat_monitor_test
