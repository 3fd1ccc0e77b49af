// Processes that ask for the same memory get the same pages, filled once, whoever dies meanwhile.
#include "jobs/comm/shared_memory.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "base/error.hpp"
#include "jobs/comm/collective.hpp"
#include "jobs/ranks.hpp"
#include "support/wait.hpp"

namespace basalt::jobs::shared_memory_test {
namespace {

constexpr std::size_t large = (std::size_t{32} << 20) + 5;

/// Another name for each test and each run of it.
Digest name_of(const char* what) {
  return Hasher(what).add(static_cast<std::int64_t>(getppid())).finish();
}

void count_up(std::span<std::byte> bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 31 >> 5);
}

bool counts_up(std::span<const std::byte> bytes) {
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    wrong += bytes[i] != static_cast<std::byte>(i * 31 >> 5) ? 1 : 0;
  }
  return wrong == 0;
}

/// Its share of the mapping that holds this memory, in bytes: pages that n processes have count
/// 1/n. Nothing if the system does not tell.
std::optional<std::uint64_t> proportional_size(std::span<const std::byte> memory) {
  std::ifstream file("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(memory.data());
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    std::uintptr_t begin = 0, end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      inside = begin <= wanted && wanted < end;
    }
    std::uint64_t size = 0;
    if (inside && std::sscanf(line.c_str(), "Pss: %lu kB", &size) == 1) return 1024 * size;
  }
  return std::nullopt;
}

/// The sum over all ranks, on rank 0.
std::uint64_t sum_of_ranks(std::uint64_t value) {
  ByteVector bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  if (world().rank() != 0) {
    world().send(0, Tag::outcome, bytes);
    return 0;
  }
  for (int rank = 1; rank < world().size(); ++rank) {
    std::uint64_t other = 0;
    std::memcpy(&other, world().receive(rank, Tag::outcome).bytes.data(), sizeof other);
    value += other;
  }
  return value;
}

TEST(SharedMemory, IsFilledByOneRankAndHeldOnce) {
  const SharedMemory memory(name_of("once"), large, count_up);

  EXPECT_EQ(memory.bytes().size(), large);
  EXPECT_TRUE(counts_up(memory.bytes()));
  run_on_all_ranks(world(), [] {});  // all have touched it, none has left it
  const std::uint64_t fillers = sum_of_ranks(memory.filled_here() ? 1 : 0);
  const std::uint64_t sum = sum_of_ranks(proportional_size(memory.bytes()).value_or(0));
  run_on_all_ranks(world(), [] {});
  if (world().rank() != 0) return;
  EXPECT_EQ(fillers, 1u);
  if (proportional_size(memory.bytes())) {
    EXPECT_GT(sum, large * 9 / 10);
    EXPECT_LT(sum, large * 11 / 10);
  }
}

TEST(SharedMemory, CannotBeWrittenToByAnybody) {
  const SharedMemory memory(name_of("final"), large, count_up);
  // Pages may become private copies, but never those of the others.
  if (mprotect(memory.bytes().data(), 4096, PROT_READ | PROT_WRITE) == 0) {
    std::memset(memory.bytes().data(), world().rank() + 1, 4096);
  }
  run_on_all_ranks(world(), [] {});
  const SharedMemory again(name_of("final"), large, count_up);
  EXPECT_TRUE(counts_up(again.bytes()));
  run_on_all_ranks(world(), [] {});
}

TEST(SharedMemory, OfAnotherNameIsAnother) {
  const SharedMemory ours(name_of("ours"), 100, count_up);
  const SharedMemory theirs(name_of("theirs"), 100, [](std::span<std::byte> bytes) {
    std::memset(bytes.data(), 7, bytes.size());
  });
  EXPECT_TRUE(counts_up(ours.bytes()));
  EXPECT_EQ(theirs.bytes()[0], std::byte{7});
}

TEST(SharedMemory, IsFilledByAnotherIfTheFirstFails) {
  if (world().rank() != 0) return;
  std::atomic<bool> begun = false, caught = false;
  std::thread first([&] {
    try {
      const SharedMemory memory(name_of("fails"), 100, [&](std::span<std::byte>) {
        begun = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        throw Error(ErrorCode::io, "the file has gone");
      });
    } catch (const Error&) {
      caught = true;
    }
  });
  EXPECT_TRUE(testing_support::comes_true([&] { return begun.load(); })) << "it was to be filled";
  const SharedMemory memory(name_of("fails"), 100, count_up);
  first.join();
  EXPECT_TRUE(caught);
  EXPECT_TRUE(memory.filled_here());
  EXPECT_TRUE(counts_up(memory.bytes()));
}

/// A child that begins to fill, says so and never ends.
pid_t start_filling(const Digest& name) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    const SharedMemory memory(name, large, [&](std::span<std::byte> bytes) {
      std::memset(bytes.data(), 1, bytes.size() / 2);
      if (write(pipe_ends[1], "x", 1) != 1) _exit(1);
      alarm(600);  // nobody may be left to kill it
      while (true) pause();
    });
    _exit(1);
  }
  char ready = 0;
  if (read(pipe_ends[0], &ready, 1) != 1) return -1;
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  return child;
}

TEST(SharedMemory, IsFilledByAnotherIfTheFirstIsKilled) {
  if (world().rank() != 0) return;
  const Digest name = name_of("killed");
  const pid_t child = start_filling(name);
  ASSERT_GT(child, 0);
  std::thread killer([child] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    kill(child, SIGKILL);
  });
  const SharedMemory memory(name, large, count_up);
  killer.join();
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(memory.filled_here());
  EXPECT_TRUE(counts_up(memory.bytes()));
}

TEST(SharedMemory, OutlivesTheOneWhoFilledIt) {
  if (world().rank() != 0) return;
  auto first = std::make_optional<SharedMemory>(name_of("lives"), large, count_up);
  const SharedMemory second(name_of("lives"), large, count_up);
  EXPECT_FALSE(second.filled_here());
  first.reset();
  EXPECT_TRUE(counts_up(second.bytes()));
  const SharedMemory third(name_of("lives"), large, count_up);
  EXPECT_TRUE(third.filled_here());
}

}  // namespace
}  // namespace basalt::jobs::shared_memory_test
