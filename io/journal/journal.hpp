// The append-only log of a campaign: what is in it is done, whatever happens afterwards.
//
// One file per process life, written by one process and never opened for writing again. A record is
//
//   magic (4) | version (2) | type (2) | sequence (8) | length (4) | payload | BLAKE2b-256 (32)
//
// little-endian; the digest covers everything before it and the digest of the record before, so
// that records can neither change nor swap places. The first record of a file names the campaign.
// Records appended together form one record of type 65535, whose payload holds type (2), length (4)
// and payload of each: whatever of a write arrives before a power cut, it leaves one incomplete
// record at the end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "io/file/file.hpp"

namespace basalt::io {

/// One record as it was appended.
struct JournalRecord {
  std::uint16_t type = 0;
  std::vector<std::uint8_t> payload;
};

/// The journal of this process life.
class Journal {
 public:
  /// Starts a new file in `folder` (made if needed) for the campaign `id`.
  /// Errors: io, not_found.
  Journal(const std::filesystem::path& folder, const Digest& id);

  /// Appends one record. When it returns, the record survives every crash.
  /// Errors: invalid_argument if type is 0 or 65535, or the payload exceeds 1 GiB; io (disk full,
  ///         …): the record is then as if it had never been appended.
  void append(std::uint16_t type, std::span<const std::uint8_t> payload);
  /// Appends several records, all or none, with one wait for the disk.
  void append(std::span<const JournalRecord> records);

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  void write_record(std::uint16_t type, std::span<const std::uint8_t> payload);

  std::filesystem::path path_;
  Descriptor file_;
  std::uint64_t sequence_ = 0, end_ = 0;
  Digest previous_;
};

/// What the files of a folder hold together.
struct Replay {
  /// Records of all files: files in the order of their names, records in the order of appending.
  std::vector<JournalRecord> records;
  std::size_t files = 0;
  /// Files whose last record was cut off by a crash; what came before it counts.
  std::vector<std::string> torn;
};

/// Reads every journal of `folder`; an absent folder is an empty one.
/// Errors: corrupt, naming the file, if a damaged record is followed by sound ones; mismatch if a
///         file belongs to another campaign; io.
Replay replay_journals(const std::filesystem::path& folder, const Digest& id);

/// Checks one journal of any campaign; returns the number of its records.
/// Errors: corrupt, io, not_found.
std::size_t check_journal(const std::filesystem::path& path);

/// True for the names of journal files.
bool is_journal_name(const std::filesystem::path& path);

}  // namespace basalt::io
