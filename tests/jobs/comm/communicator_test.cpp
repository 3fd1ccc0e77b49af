#include "jobs/comm/communicator.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "jobs/ranks.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::communicator_test {
namespace {

ByteVector pattern(int from, int to, std::size_t size) {
  ByteVector bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>(i * 31 + static_cast<std::size_t>(from * 7 + to));
  }
  return bytes;
}

TEST(Communicator, ExchangesSmallAndLargeMessagesBetweenAllPairsWithoutBlocking) {
  Communicator& comm = world();
  const std::vector<std::size_t> sizes{0, 1, 4000, 5000, 300000, 5000000};

  for (const std::size_t size : sizes) {  // everybody sends everything before it looks for anything
    for (int to = 0; to < comm.size(); ++to) {
      comm.send(to, Tag::tasks, pattern(comm.rank(), to, size));
    }
  }

  for (int from = 0; from < comm.size(); ++from) {
    std::vector<bool> seen(sizes.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const Message message = comm.receive(from, Tag::tasks);
      const auto size = std::ranges::find(sizes, message.bytes.size());
      ASSERT_NE(size, sizes.end());
      seen[static_cast<std::size_t>(size - sizes.begin())] = true;
      EXPECT_EQ(message.bytes, pattern(from, comm.rank(), *size));
    }
    EXPECT_EQ(std::ranges::count(seen, true), static_cast<std::ptrdiff_t>(sizes.size()));
  }
  EXPECT_TRUE(comm.flush(10.0));
  EXPECT_FALSE(comm.poll(std::array{Tag::tasks}).has_value());
}

TEST(Communicator, PicksAMessageByItsTagAndKeepsTheOthers) {
  Communicator& comm = world();
  comm.send(comm.rank(), Tag::outcome, ByteVector{1});
  comm.send(comm.rank(), Tag::stop, ByteVector{2});

  EXPECT_EQ(comm.receive(comm.rank(), Tag::stop).bytes, ByteVector{2});
  EXPECT_EQ(comm.receive(comm.rank(), Tag::outcome).bytes, ByteVector{1});
}

TEST(Communicator, LeavesMessagesOfOtherConversationsAlone) {
  Communicator& comm = world();
  comm.send(comm.rank(), Tag::report, ByteVector{1});
  comm.send(comm.rank(), Tag::stop, ByteVector{2});

  EXPECT_EQ(comm.poll(std::array{Tag::hello, Tag::stop})->bytes, ByteVector{2});
  EXPECT_FALSE(comm.poll(std::array{Tag::hello, Tag::stop}).has_value());
  EXPECT_EQ(comm.receive(comm.rank(), Tag::report).bytes, ByteVector{1});
}

TEST(Communicator, RefusesARankThatIsNotThere) {
  expect_error(ErrorCode::invalid_argument, "there is no rank",
               [&] { world().send(world().size(), Tag::stop, {}); });
  expect_error(ErrorCode::invalid_argument, "there is no rank",
               [&] { world().send(-1, Tag::stop, {}); });
}

TEST(Communicator, WaitsAsleep) {
  Communicator& comm = world();
  rusage before{}, after{};
  getrusage(RUSAGE_THREAD, &before);

  if (comm.rank() == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    for (int to = 0; to < comm.size(); ++to) comm.send(to, Tag::alive, {});
  }
  comm.receive(0, Tag::alive);

  getrusage(RUSAGE_THREAD, &after);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  const double used = seconds(after.ru_utime) + seconds(after.ru_stime) - seconds(before.ru_utime) -
                      seconds(before.ru_stime);
  EXPECT_LT(used, 0.25);  // a spinning wait uses all of the 0.5 s
  comm.flush(10.0);
}

}  // namespace
}  // namespace basalt::jobs::communicator_test
