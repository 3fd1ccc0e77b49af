// The frame of everything that ranks tell each other: verified before it is read.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/digest.hpp"
#include "jobs/wire/bytes.hpp"

namespace basalt::jobs {

/// The key that the messages of one run are verified with. It keeps messages of other runs and
/// damaged ones out; it is not a secret of a client.
class MessageKey {
 public:
  /// `run` is what all ranks know of their common run, such as the id of its campaign.
  explicit MessageKey(const Digest& run);
  std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }

 private:
  std::array<std::uint8_t, 32> bytes_{};
};

/// A kind of content: its number, the version of its form, and the most bytes it may have.
struct Schema {
  std::uint32_t id = 0;
  std::uint32_t version = 1;
  std::size_t limit = 0;
};

/// The content as a sealed message: magic (8 bytes), schema, version (4 each), length (8), keyed
/// BLAKE2b-256 of all but itself (32), content. Numbers are little-endian. Errors: invalid_argument
/// if the content exceeds the schema's limit.
ByteVector seal(const MessageKey& key, const Schema& schema, std::span<const std::uint8_t> content);

/// The content of a sound sealed message, a view of `message`.
/// Errors: corrupt, in one sentence, whatever is wrong with it.
std::span<const std::uint8_t> open(const MessageKey& key, const Schema& schema,
                                   std::span<const std::uint8_t> message);

}  // namespace basalt::jobs
