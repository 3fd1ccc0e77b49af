// Tests of signals: the first asks for an orderly end, SIGTERM for the end at once.
#include "jobs/cli/interruption.hpp"

#include <csignal>

namespace basalt::jobs::cli {
namespace {

TEST(Interruption, FollowsTheSignalsOfSchedulersAndPeople) {
  remember_warnings();
  std::raise(SIGUSR1);  // before anybody listens

  const std::function<Interruption()> asked = listen_for_signals();
  EXPECT_EQ(asked(), Interruption::finish);

  std::raise(SIGINT);
  EXPECT_EQ(asked(), Interruption::now) << "a second request does not wait";

  std::raise(SIGTERM);
  EXPECT_EQ(asked(), Interruption::now);
}

}  // namespace
}  // namespace basalt::jobs::cli
