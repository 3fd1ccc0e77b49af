#include "jobs/child/frame.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::frame_test {
namespace {

struct Channel {
  int ends[2] = {-1, -1};
  Channel() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0); }
  ~Channel() {
    close_writer();
    close(ends[1]);
  }
  void close_writer() {
    if (ends[0] >= 0) close(ends[0]);
    ends[0] = -1;
  }
};

TEST(Frame, OfAnySizeArrivesWhole) {
  for (const std::size_t size : {0u, 1u, 7u, 65536u, 3000000u}) {
    Channel channel;
    const ByteVector content(size, 0xa5);
    std::thread writer([&] { EXPECT_TRUE(write_frame(channel.ends[0], content)); });

    EXPECT_EQ(read_frame(channel.ends[1]), content);

    writer.join();
  }
}

TEST(Frame, IsNoneOnceTheOtherSideHasClosed) {
  Channel channel;
  write_frame(channel.ends[0], ByteVector{1, 2});
  channel.close_writer();

  EXPECT_EQ(read_frame(channel.ends[1]), (ByteVector{1, 2}));
  EXPECT_EQ(read_frame(channel.ends[1]), std::nullopt);
  EXPECT_FALSE(write_frame(channel.ends[1], ByteVector{3}));
}

TEST(Frame, ThatEndsEarlyIsCorrupt) {
  Channel channel;
  const ByteVector half{200, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3};
  ASSERT_EQ(write(channel.ends[0], half.data(), half.size()), 11);
  channel.close_writer();

  expect_error(ErrorCode::corrupt, "a message ends early", [&] { read_frame(channel.ends[1]); });
}

TEST(FrameBuffer, PutsFramesTogetherFromSinglePieces) {
  const ByteVector bytes{2, 0, 0, 0, 0, 0, 0, 0, 8, 9, 0, 0, 0, 0, 0, 0, 0, 0};
  FrameBuffer buffer;
  std::vector<ByteVector> frames;
  for (const std::uint8_t byte : bytes) {
    buffer.append({&byte, 1});
    while (auto frame = buffer.take()) frames.push_back(*frame);
  }

  EXPECT_EQ(frames, (std::vector<ByteVector>{{8, 9}, {}}));
  EXPECT_TRUE(buffer.empty());
}

TEST(FrameBuffer, RefusesALengthThatCannotBeTrue) {
  FrameBuffer buffer;
  buffer.append(ByteVector(8, 0xff));
  expect_error(ErrorCode::corrupt, "bytes, expected at most", [&] { buffer.take(); });
}

}  // namespace
}  // namespace basalt::jobs::frame_test
