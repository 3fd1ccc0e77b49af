#include "jobs/child/frame.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace basalt::jobs {
namespace {

constexpr std::uint64_t longest_frame = std::uint64_t{1} << 30;

Error channel_error(const char* what) {
  return Error(ErrorCode::io, concat("child process: cannot ", what, ": ", std::strerror(errno)));
}

bool send_all(int channel, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(channel, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return false;
    if (sent < 0) throw channel_error("send");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

bool write_frame(int channel, std::span<const std::uint8_t> content) {
  std::array<std::uint8_t, 8> head{};
  const std::uint64_t length = content.size();
  std::memcpy(head.data(), &length, sizeof length);
  return send_all(channel, head) && send_all(channel, content);
}

std::optional<ByteVector> read_frame(int channel) {
  FrameBuffer buffer;
  std::array<std::uint8_t, 65536> piece{};
  while (true) {
    if (auto frame = buffer.take()) return frame;
    const ssize_t count = ::recv(channel, piece.data(), piece.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != ECONNRESET) throw channel_error("receive");
    if (count <= 0) {
      require(buffer.empty(), ErrorCode::corrupt, "child process: a message ends early");
      return std::nullopt;
    }
    buffer.append(std::span(piece).first(static_cast<std::size_t>(count)));
  }
}

void FrameBuffer::append(std::span<const std::uint8_t> piece) {
  bytes_.insert(bytes_.end(), piece.begin(), piece.end());
}

std::optional<ByteVector> FrameBuffer::take() {
  std::uint64_t length = 0;
  if (bytes_.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, bytes_.data(), sizeof length);
  require(length <= longest_frame, ErrorCode::corrupt, "child process: a message of ", length,
          " bytes, expected at most ", longest_frame);
  if (bytes_.size() - sizeof length < length) return std::nullopt;
  const auto begin = bytes_.begin() + sizeof length;
  const auto end = begin + static_cast<std::ptrdiff_t>(length);
  ByteVector frame(begin, end);
  bytes_.erase(bytes_.begin(), end);
  return frame;
}

}  // namespace basalt::jobs
