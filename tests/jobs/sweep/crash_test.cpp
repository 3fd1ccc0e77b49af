// Sweeps are killed wherever it hurts and go on: nothing acknowledged is lost, results are equal.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/temporary_folder.hpp"
#include "support/wait.hpp"

namespace basalt::jobs::crash_test {
namespace {

using testing_support::TemporaryFolder;
using Words = std::vector<std::string>;

pid_t start(const Words& words, const std::string& output, const Words& environment) {
  const pid_t child = fork();
  if (child != 0) return child;
  if (std::freopen(output.c_str(), "w", stdout) == nullptr) _exit(126);
  if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(126);
  for (const std::string& setting : environment) putenv(strdup(setting.c_str()));
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(strdup(word.c_str()));
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
  _exit(127);
}

/// Exit status, or minus the signal that ended it. A process that does not end is killed.
int wait_for(pid_t child) {
  int status = 0;
  if (!testing_support::comes_true([&] { return waitpid(child, &status, WNOHANG) != 0; })) {
    ADD_FAILURE() << "process " << child << " was to end";
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The numbers of a log that follow a word.
std::multiset<int> numbers_after(const std::string& path, const std::string& word) {
  std::ifstream file(path);
  std::multiset<int> numbers;
  std::string found;
  for (int number = 0; file >> found >> number;) {
    if (found == word) numbers.insert(number);
  }
  return numbers;
}

/// One sweep in a folder of its own, started as often as it takes.
struct Patient {
  TemporaryFolder place;
  int restarts = 0;

  Words command() {
    return {SWEEP_DRIVER, place.file("sweep"), place.file("log." + std::to_string(restarts)), "0"};
  }
  int live(const Words& environment = {}) {
    ++restarts;
    return wait_for(start(command(), place.file("digest"), environment));
  }
  std::string digest() const { return text_of(place.file("digest")); }
  std::string log(int life) const { return place.file("log." + std::to_string(life)); }
};

std::string undisturbed_digest() {
  Patient patient;
  EXPECT_EQ(patient.live(), 0);
  EXPECT_EQ(patient.digest().size(), 65u);
  return patient.digest();
}

/// Returns false if the life ended before it came to this point.
bool die_at(long point, const std::string& whole) {
  Patient patient;
  const int end =
      patient.live({"LD_PRELOAD=" CRASH_SHIM, "BASALT_CRASH_AT=" + std::to_string(point)});
  if (end == 0) return false;
  EXPECT_EQ(end, -SIGKILL) << "crash point " << point;
  EXPECT_EQ(patient.live(), 0) << "crash point " << point;
  EXPECT_EQ(patient.digest(), whole) << "crash point " << point;
  const auto again = numbers_after(patient.log(2), "ran");
  for (const int trial : numbers_after(patient.log(1), "reported")) {
    EXPECT_EQ(again.count(trial), 0u) << "crash point " << point << ": " << trial << " was lost";
  }
  return true;
}

TEST(Crash, AtEveryChangeOfTheDiskLosesNothingAcknowledged) {
  const std::string whole = undisturbed_digest();
  // Outcomes that end together are written together, so that starts differ by a few writes.
  int points = 0;
  for (long point = 1, beyond = 0; beyond < 3 && !HasFailure(); ++point) {
    const bool died = die_at(point, whole);
    points += died ? 1 : 0;
    beyond = died ? 0 : beyond + 1;
  }
  EXPECT_GT(points, 200);
  RecordProperty("crash_points", points);
}

TEST(Crash, OfSeveralLivesInARowEndsWithTheSameResult) {
  const std::string whole = undisturbed_digest();
  RandomStream random(Seed{9});
  Patient patient;
  int status = -SIGKILL;
  while (status == -SIGKILL && patient.restarts < 100) {
    status = patient.live(
        {"LD_PRELOAD=" CRASH_SHIM, "BASALT_CRASH_AT=" + std::to_string(1 + random.below(60))});
  }
  EXPECT_EQ(status, 0);
  EXPECT_GT(patient.restarts, 3);
  EXPECT_EQ(patient.digest(), whole);
}

/// The driver as the launchers start it. The shell becomes mpirun.
Words under_mpirun(const Words& options, const Words& arguments) {
  Words command{"bash", "-c", R"(source "$0" && exec mpirun "$@")", LAUNCHER_SETTINGS};
  command.insert(command.end(), options.begin(), options.end());
  command.emplace_back(SWEEP_DRIVER);
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

/// Processes that `parent` has started.
std::vector<pid_t> children_of(pid_t parent) {
  const std::string id = std::to_string(parent);
  std::ifstream file("/proc/" + id + "/task/" + id + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

/// Kills mpirun, or one of its ranks, after a while. Returns whether there was something to kill.
bool kill_something(pid_t mpirun, RandomStream& random) {
  std::this_thread::sleep_for(std::chrono::milliseconds(250 + random.below(250)));
  std::vector<pid_t> targets = children_of(mpirun);
  targets.push_back(mpirun);
  return kill(targets[random.below(targets.size())], SIGKILL) == 0;
}

TEST(Crash, OfAnyProcessUnderMpirunEndsWithTheSameResult) {
  const std::string whole = undisturbed_digest();
  RandomStream random(Seed{10});
  for (const int ranks : {1, 2, 3}) {
    const TemporaryFolder place;
    const Words command =
        under_mpirun({"-n", std::to_string(ranks)}, {place.file("sweep"), place.file("log"), "20"});
    for (int life = 0; life < 3; ++life) {
      const pid_t mpirun = start(command, place.file("digest"), {});
      kill_something(mpirun, random);
      wait_for(mpirun);
    }
    // What is left of the killed processes may still be writing; it does no harm.
    EXPECT_EQ(wait_for(start(command, place.file("digest"), {})), 0);
    EXPECT_EQ(text_of(place.file("digest")), whole) << ranks << " ranks";
  }
}

TEST(Crash, OfARankIsSurvivedByTheOthersWhereTheLauncherLetsThemLive) {
  const std::string whole = undisturbed_digest();
  const TemporaryFolder place;
  const Words command = under_mpirun({"--enable-recovery", "-n", "3"},
                                     {place.file("sweep"), place.file("log"), "30"});
  const pid_t mpirun = start(command, place.file("digest"), {});
  ASSERT_TRUE(testing_support::comes_true([&] {
    return numbers_after(place.file("log"), "reported").size() >= 3;
  })) << "three trials were to be reported";
  const std::vector<pid_t> ranks = children_of(mpirun);
  ASSERT_EQ(ranks.size(), 3u);
  kill(ranks.back(), SIGKILL);

  EXPECT_EQ(wait_for(mpirun), 0);
  EXPECT_EQ(text_of(place.file("digest")), whole);
}

}  // namespace
}  // namespace basalt::jobs::crash_test
