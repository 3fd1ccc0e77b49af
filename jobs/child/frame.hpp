// Messages over a byte stream between a process and its child: length first, then content.
#pragma once

#include <optional>
#include <span>

#include "jobs/wire/bytes.hpp"

namespace basalt::jobs {

/// Writes one frame. Returns false if the other side is gone.
/// Errors: io.
bool write_frame(int channel, std::span<const std::uint8_t> content);

/// Waits for one frame; none if the other side has closed the channel.
/// Errors: corrupt if it closed in the middle of a frame, or the length cannot be true; io.
std::optional<ByteVector> read_frame(int channel);

/// Puts frames together from pieces as they arrive.
class FrameBuffer {
 public:
  void append(std::span<const std::uint8_t> piece);
  /// The oldest whole frame.
  /// Errors: corrupt if a length cannot be true.
  std::optional<ByteVector> take();
  bool empty() const noexcept { return bytes_.empty(); }

 private:
  ByteVector bytes_;
};

}  // namespace basalt::jobs
