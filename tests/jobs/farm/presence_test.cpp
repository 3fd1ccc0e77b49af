#include "jobs/farm/presence.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace basalt::jobs::presence_test {
namespace {

/// The introduction of a process other than this one.
ByteVector introduction_of(pid_t process) {
  const ByteVector own = introduction();
  std::string text(own.begin(), own.end());
  text = std::to_string(process) + text.substr(text.find(' '));
  return ByteVector(text.begin(), text.end());
}

TEST(Presence, MissesARankThatIsSilentForTooLong) {
  Presence presence(10.0);
  presence.expect(1, 0.0);
  presence.expect(2, 0.0);
  presence.note(2, 5.0);

  EXPECT_TRUE(presence.missing(10.0).empty());
  EXPECT_EQ(presence.missing(11.0), std::vector<int>{1});
  presence.forget(1);
  EXPECT_EQ(presence.missing(16.0), std::vector<int>{2});
}

TEST(Presence, MissesAProcessOfThisMachineAsSoonAsItIsGone) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  Presence presence(10.0);
  presence.expect(1, 0.0);
  presence.greet(1, introduction_of(child), 0.0);
  EXPECT_TRUE(presence.missing(1.0).empty());

  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);

  EXPECT_EQ(presence.missing(1.0), std::vector<int>{1});
}

TEST(Presence, DoesNotLookForAProcessThatItCannotSee) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  Presence presence(10.0);

  presence.greet(1, introduction_of(child), 0.0);
  presence.greet(2, ByteVector{1, 2, 3}, 0.0);

  EXPECT_TRUE(presence.missing(1.0).empty());
}

}  // namespace
}  // namespace basalt::jobs::presence_test
