// The first 512 bytes of every Basalt file: what it is, and the digest of all the rest.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "io/file/file.hpp"

namespace basalt::io {

/// Size of the block, which is HDF5's user block: h5py and h5dump skip it.
constexpr std::uint64_t envelope_bytes = 512;
/// Most parents that a file can name.
constexpr std::size_t most_parents = 6;

/// Something that a file was made from.
struct Parent {
  std::string role;  ///< "model", "circuit", "client_key", …; at most 15 characters.
  Digest id;
  friend bool operator==(const Parent&, const Parent&) = default;
};

/// What a file says about itself.
struct Identity {
  std::string noun;           ///< "dataset", "model", …; at most 31 characters.
  std::uint32_t version = 1;  ///< Of the noun's format.
  Digest id;                  ///< Of the content, as the noun defines it.
  std::vector<Parent> parents;
  std::uint64_t bytes = 0;  ///< Size of the whole file.

  /// Id of the parent with this role, if there is one.
  std::optional<Digest> parent(const std::string& role) const;
};

/// The block of a file: `identity` (with its size) and `content`, the BLAKE2b-256 of everything
/// after the block. The last 32 bytes are the digest of the block itself.
/// Errors: internal if a name is too long or there are too many parents.
std::array<std::uint8_t, envelope_bytes> write_envelope(const Identity& identity,
                                                        const Digest& content);

/// Reads the block only. Errors: not_found, io; corrupt if the file is not one of ours or its block
/// is damaged; unsupported if a newer Basalt wrote it.
Identity read_identity(const std::filesystem::path& path);

/// Reads the block and checks the digest of all the rest, in one pass.
/// Errors: as read_identity; corrupt, saying whether the file is truncated or damaged.
Identity verify(const std::filesystem::path& path);

/// verify(), and the noun and version that the caller can read.
/// Errors: as verify; mismatch if it is another noun; unsupported if the version is newer.
Identity verify(const std::filesystem::path& path, const std::string& noun,
                std::uint32_t newest_version);

/// BLAKE2b-256 of the bytes [from, size) of an open file, without a domain. Errors: io.
Digest hash_file(const Descriptor& file, const std::filesystem::path& path, std::uint64_t from,
                 std::uint64_t size);

/// Completes a draft whose bytes after the block are written: hashes them, writes the block.
/// Errors: io.
void seal(const Draft& draft, Identity identity);

}  // namespace basalt::io
