#include "jobs/child/child_process.hpp"

#include <dirent.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"
#include "support/wait.hpp"

namespace basalt::jobs::child_process_test {
namespace {

using Event = ChildProcess::Event;
constexpr double long_enough = 30;

ChildProcess shell(const std::string& script) {
  return ChildProcess({"/bin/sh", "-c", script}, {"PATH=/usr/bin:/bin"});
}

/// Whether a process is dead: gone, or waiting for somebody to take notice, as nobody may be there
/// who does.
bool dead(pid_t process) {
  if (kill(process, 0) != 0) return true;
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(") ");
  return name_end == std::string::npos || text.substr(name_end + 2, 1) == "Z";
}

/// Whether a process ends soon.
bool ends(pid_t process) {
  return testing_support::comes_true([&] { return dead(process); });
}

pid_t number_in(const std::string& path) {
  pid_t number = 0;
  EXPECT_TRUE(testing_support::comes_true([&] {
    std::ifstream(path) >> number;
    return number != 0;
  })) << "a number was to be written to "
      << path;
  return number;
}

TEST(ChildProcess, ExchangesFrames) {
  ChildProcess child = shell("head -c 12 <&3 >&3");

  child.send(ByteVector{1, 2, 3, 4});

  ASSERT_EQ(child.wait(long_enough), Event::message);
  EXPECT_EQ(child.message(), (ByteVector{1, 2, 3, 4}));
  EXPECT_EQ(child.wait(long_enough), Event::ended);
  EXPECT_EQ(child.finish().text(), "ended with exit status 0");
}

TEST(ChildProcess, ReportsHowItEnded) {
  ChildProcess segfault = shell("kill -SEGV $$"), status = shell("exit 7"),
               killed = shell("kill -9 $$");
  for (ChildProcess* child : {&segfault, &status, &killed}) {
    EXPECT_EQ(child->wait(long_enough), Event::ended);
  }

  EXPECT_EQ(segfault.finish().text(), "ended by signal 11 (Segmentation fault)");
  EXPECT_FALSE(segfault.finish().from_outside());
  EXPECT_EQ(status.finish().text(), "ended with exit status 7");
  EXPECT_FALSE(status.finish().from_outside());
  EXPECT_TRUE(killed.finish().from_outside());
}

TEST(ChildProcess, IsLateWhenTheTimeHasPassed) {
  ChildProcess child = shell("sleep 1000");
  EXPECT_EQ(child.wait(0.05), Event::late);
  EXPECT_EQ(child.finish().signal, SIGKILL);
}

TEST(ChildProcess, IsKilledWithAllItHasStarted) {
  const testing_support::TemporaryFolder folder;
  const std::string file = folder.file("id");
  ChildProcess child = shell("sleep 1000 & echo $! > " + file + "; wait");
  const pid_t grandchild = number_in(file);

  child.finish();

  EXPECT_TRUE(ends(grandchild));
}

TEST(ChildProcess, HasEndedAlsoWhenItsOwnChildHoldsTheChannel) {
  ChildProcess child = shell("sleep 1000 & exit 3");
  EXPECT_EQ(child.wait(long_enough), Event::ended);
  EXPECT_EQ(child.finish().status, 3);
}

TEST(ChildProcess, KeepsTheEndOfWhatItPrints) {
  ChildProcess child = shell("yes | head -c 3000000; echo almost >&2; echo last words");
  EXPECT_EQ(child.wait(long_enough), Event::ended);
  child.finish();

  EXPECT_EQ(child.log().size(), ChildProcess::longest_log);
  EXPECT_TRUE(child.log().ends_with("y\nalmost\nlast words\n"));
}

TEST(ChildProcess, InheritsNoOpenFileAndNoInput) {
  const testing_support::TemporaryFolder folder;
  const int open_here = dup(STDERR_FILENO);
  ChildProcess child = shell("cat; ls /proc/self/fd | tr '\\n' ' '");
  EXPECT_EQ(child.wait(long_enough), Event::ended);
  child.finish();
  close(open_here);

  // The 4 is the folder that ls reads.
  EXPECT_EQ(child.log(), "0 1 2 3 4 ");
}

TEST(ChildProcess, OfNoProgramIsAnError) {
  expect_error(ErrorCode::io, "No such file or directory",
               [&] { ChildProcess({"/nonexistent/program"}, {}); });
}

TEST(LiveAsChild, EndsWithTheThreadThatStartedIt) {
  const testing_support::TemporaryFolder folder;
  const std::string file = folder.file("id");
  const pid_t parent = fork();
  if (parent == 0) {
    if (fork() == 0) {
      setpgid(0, 0);
      live_as_child(getppid(), 0);
      const pid_t grandchild = fork();
      if (grandchild == 0) sleep(1000);
      std::ofstream(file) << grandchild << '\n';
      sleep(1000);
    }
    sleep(1000);
  }
  const pid_t grandchild = number_in(file);

  kill(parent, SIGKILL);

  EXPECT_TRUE(ends(grandchild));
}

TEST(EnvironmentWithoutRanks, KeepsEverythingElse) {
  const char* lines[] = {"PATH=/bin",  "OMPI_COMM_WORLD_RANK=3", "PMIX_RANK=3",
                         "PMI_SIZE=2", "BASALT_STATUS_FILE=x",   "OMPI_MCA_mpi_yield_when_idle=1",
                         nullptr};
  EXPECT_EQ(environment_without_ranks(lines),
            (std::vector<std::string>{"PATH=/bin", "OMPI_MCA_mpi_yield_when_idle=1"}));
}

}  // namespace
}  // namespace basalt::jobs::child_process_test
