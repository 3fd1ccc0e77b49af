#include "io/checksum/envelope.hpp"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

namespace basalt::io {
namespace {

static_assert(std::endian::native == std::endian::little, "files are little-endian");

constexpr std::array<std::uint8_t, 8> file_magic{0x89, 'B', 'A', 'S', 'A', 'L', 'T', '\n'};
constexpr std::uint32_t layout_version = 1;
constexpr std::size_t noun_bytes = 32, role_bytes = 16, digest_bytes = 32;

// Positions in the block; io/FORMAT.md shows them as a table.
constexpr std::size_t layout_at = 8, version_at = 12, length_at = 16, noun_at = 24, id_at = 56,
                      content_at = 88, parents_at = 120, parent_list_at = 128, self_at = 480;
static_assert(parent_list_at + most_parents * (role_bytes + digest_bytes) <= self_at);

using Block = std::array<std::uint8_t, envelope_bytes>;

template <class T>
void put(Block& block, std::size_t at, const T& value) {
  std::memcpy(block.data() + at, &value, sizeof value);
}
template <class T>
T get(const Block& block, std::size_t at) {
  T value;
  std::memcpy(&value, block.data() + at, sizeof value);
  return value;
}

void put_name(Block& block, std::size_t at, std::size_t width, const std::string& name) {
  require(name.size() < width, ErrorCode::internal, "envelope: \"", name, "\" is longer than ",
          width - 1, " characters");
  std::memcpy(block.data() + at, name.data(), name.size());
}
std::string get_name(const Block& block, std::size_t at, std::size_t width) {
  const auto* first = reinterpret_cast<const char*>(block.data() + at);
  return {first, ::strnlen(first, width)};
}

Digest plain_digest(std::span<const std::uint8_t> bytes) {
  Digest digest;
  crypto_generichash(digest.bytes.data(), digest.bytes.size(), bytes.data(), bytes.size(), nullptr,
                     0);
  return digest;
}

[[noreturn]] void refuse(const std::filesystem::path& path, ErrorCode code,
                         const std::string& reason) {
  throw Error(code, path.string() + ": " + reason, path.string());
}

struct Envelope {
  Identity identity;
  Digest content;
};

Block read_block(const Descriptor& file, const std::filesystem::path& path) {
  const std::uint64_t size = size_of(file, path);
  if (size < envelope_bytes) {
    refuse(path, ErrorCode::corrupt,
           concat("is not a Basalt file or truncated: it has ", size, " bytes, expected at least ",
                  envelope_bytes));
  }
  Block block{};
  read_at(file, path, 0, block);
  return block;
}

Envelope parse(const Block& block, const std::filesystem::path& path) {
  if (!std::equal(file_magic.begin(), file_magic.end(), block.begin())) {
    refuse(path, ErrorCode::corrupt, "is not a Basalt file, or its first bytes are damaged");
  }
  if (plain_digest(std::span(block).first(self_at)) != get<Digest>(block, self_at)) {
    refuse(path, ErrorCode::corrupt,
           "is damaged: the checksum of its first 512 bytes is wrong; copy or make it again");
  }
  const auto layout = get<std::uint32_t>(block, layout_at);
  if (layout > layout_version) {
    refuse(path, ErrorCode::unsupported,
           concat("was written by a newer Basalt (block layout ", layout, ", this one reads up to ",
                  layout_version, ")"));
  }
  Envelope envelope;
  Identity& identity = envelope.identity;
  identity.noun = get_name(block, noun_at, noun_bytes);
  identity.version = get<std::uint32_t>(block, version_at);
  identity.bytes = get<std::uint64_t>(block, length_at);
  identity.id = get<Digest>(block, id_at);
  envelope.content = get<Digest>(block, content_at);
  const auto parents = get<std::uint32_t>(block, parents_at);
  if (parents > most_parents) refuse(path, ErrorCode::corrupt, "names too many parents");
  for (std::size_t i = 0; i < parents; ++i) {
    const std::size_t at = parent_list_at + i * (role_bytes + digest_bytes);
    identity.parents.push_back(
        {get_name(block, at, role_bytes), get<Digest>(block, at + role_bytes)});
  }
  return envelope;
}

}  // namespace

std::optional<Digest> Identity::parent(const std::string& role) const {
  const auto found = std::ranges::find(parents, role, &Parent::role);
  if (found == parents.end()) return std::nullopt;
  return found->id;
}

std::array<std::uint8_t, envelope_bytes> write_envelope(const Identity& identity,
                                                        const Digest& content) {
  require(identity.parents.size() <= most_parents, ErrorCode::internal,
          "envelope: ", identity.parents.size(), " parents, expected at most ", most_parents);
  Block block{};
  put(block, 0, file_magic);
  put(block, layout_at, layout_version);
  put(block, version_at, identity.version);
  put(block, length_at, identity.bytes);
  put_name(block, noun_at, noun_bytes, identity.noun);
  put(block, id_at, identity.id);
  put(block, content_at, content);
  put(block, parents_at, static_cast<std::uint32_t>(identity.parents.size()));
  std::size_t at = parent_list_at;
  for (const Parent& parent : identity.parents) {
    put_name(block, at, role_bytes, parent.role);
    put(block, at + role_bytes, parent.id);
    at += role_bytes + digest_bytes;
  }
  put(block, self_at, plain_digest(std::span(block).first(self_at)));
  return block;
}

Digest hash_file(const Descriptor& file, const std::filesystem::path& path, std::uint64_t from,
                 std::uint64_t size) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, digest_bytes);
  std::vector<std::uint8_t> buffer(std::size_t{1} << 20);
  while (from < size) {
    const auto part = std::span(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - from)));
    read_at(file, path, from, part);
    crypto_generichash_update(&state, part.data(), part.size());
    from += part.size();
  }
  Digest digest;
  crypto_generichash_final(&state, digest.bytes.data(), digest.bytes.size());
  sodium_memzero(buffer.data(), buffer.size());  // the file may hold a key
  return digest;
}

Identity read_identity(const std::filesystem::path& path) {
  return parse(read_block(open_for_reading(path), path), path).identity;
}

Identity verify(const std::filesystem::path& path) {
  const Descriptor file = open_for_reading(path);
  const Envelope envelope = parse(read_block(file, path), path);
  const std::uint64_t size = size_of(file, path), expected = envelope.identity.bytes;
  if (size != expected) {
    refuse(path, ErrorCode::corrupt,
           concat(size < expected ? "is truncated: " : "has foreign bytes at its end: ", size,
                  " bytes, expected ", expected, "; copy or make it again"));
  }
  if (hash_file(file, path, envelope_bytes, size) != envelope.content) {
    refuse(path, ErrorCode::corrupt,
           "is damaged: the checksum of its content is wrong; copy or make it again");
  }
  return envelope.identity;
}

Identity verify(const std::filesystem::path& path, const std::string& noun,
                std::uint32_t newest_version) {
  Identity identity = verify(path);
  if (identity.noun != noun) {
    refuse(path, ErrorCode::mismatch,
           concat("is of kind \"", identity.noun, "\", expected \"", noun, "\""));
  }
  if (identity.version > newest_version) {
    refuse(path, ErrorCode::unsupported,
           concat("was written by a newer Basalt (", noun, " format ", identity.version,
                  ", this one reads up to ", newest_version, ")"));
  }
  return identity;
}

void seal(const Draft& draft, Identity identity) {
  identity.bytes = size_of(draft.descriptor(), draft.target());
  const Digest content =
      hash_file(draft.descriptor(), draft.target(), envelope_bytes, identity.bytes);
  write_at(draft.descriptor(), draft.target(), 0, write_envelope(identity, content));
}

}  // namespace basalt::io
