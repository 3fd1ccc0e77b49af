// Tests of signals: the first asks for an orderly end, SIGTERM for the end at once.
#include "jobs/cli/interruption.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "io/file/file.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::cli::interruption_test {
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

TEST(Interruption, LeavesWithItsStatusAndRank0NotesIt) {
  const testing_support::TemporaryFolder folder;
  const std::string path = folder.file("status");
  setenv("BASALT_STATUS_FILE", path.c_str(), 1);

  EXPECT_EXIT(leave_interrupted(1)(), testing::ExitedWithCode(75), "");
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EXIT(leave_interrupted(0)(), testing::ExitedWithCode(75), "");
  EXPECT_EQ(io::read_text(path), "75\n");

  unsetenv("BASALT_STATUS_FILE");
}

}  // namespace
}  // namespace basalt::jobs::cli::interruption_test
