#include "jobs/wire/sealed_message.hpp"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/error.hpp"

namespace basalt::jobs {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::array<std::uint8_t, 8> magic{'B', 'a', 's', 'a', 'l', 't', 'W', '1'};
constexpr std::size_t code_size = 32;

struct Header {
  std::array<std::uint8_t, 8> magic{};
  std::uint32_t schema = 0, version = 0;
  std::uint64_t length = 0;
  std::array<std::uint8_t, code_size> code{};
};
static_assert(sizeof(Header) == 56 && std::is_trivially_copyable_v<Header>);

std::array<std::uint8_t, code_size> code_of(const MessageKey& key, const Header& header,
                                            std::span<const std::uint8_t> content) {
  std::array<std::uint8_t, code_size> code{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.bytes().data(), key.bytes().size(), code_size);
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&header),
                            sizeof header - code_size);
  crypto_generichash_update(&state, content.data(), content.size());
  crypto_generichash_final(&state, code.data(), code_size);
  return code;
}

}  // namespace

MessageKey::MessageKey(const Digest& run) : bytes_(Hasher("wire").add(run).finish().bytes) {}

ByteVector seal(const MessageKey& key, const Schema& schema,
                std::span<const std::uint8_t> content) {
  require(content.size() <= schema.limit, ErrorCode::invalid_argument, "message: content has ",
          content.size(), " bytes, at most ", schema.limit, " are allowed");
  Header header{magic, schema.id, schema.version, content.size(), {}};
  header.code = code_of(key, header, content);
  ByteVector message(sizeof header + content.size());
  std::memcpy(message.data(), &header, sizeof header);
  std::ranges::copy(content, message.begin() + sizeof header);
  return message;
}

std::span<const std::uint8_t> open(const MessageKey& key, const Schema& schema,
                                   std::span<const std::uint8_t> message) {
  Header header;
  require(message.size() >= sizeof header, ErrorCode::corrupt, "message: ", message.size(),
          " bytes are less than its header");
  std::memcpy(&header, message.data(), sizeof header);
  const auto content = message.subspan(sizeof header);
  require(header.magic == magic, ErrorCode::corrupt, "message: not one of basalt");
  require(header.schema == schema.id && header.version == schema.version, ErrorCode::corrupt,
          "message: kind ", header.schema, " version ", header.version, ", expected kind ",
          schema.id, " version ", schema.version);
  require(header.length == content.size() && content.size() <= schema.limit, ErrorCode::corrupt,
          "message: content has ", content.size(), " bytes, its header says ", header.length,
          ", at most ", schema.limit, " are allowed");
  const auto code = code_of(key, header, content);
  require(sodium_memcmp(code.data(), header.code.data(), code_size) == 0, ErrorCode::corrupt,
          "message: damaged, or of another run");
  return content;
}

}  // namespace basalt::jobs
