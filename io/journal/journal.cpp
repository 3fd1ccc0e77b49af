#include "io/journal/journal.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>

#include "base/error.hpp"
#include "base/random.hpp"

namespace basalt::io {
namespace {

constexpr std::uint32_t journal_magic = 0x4c4a5342;  // "BSJL"
constexpr std::uint16_t version = 1;
constexpr std::uint16_t opening = 0;  // type of the first record
constexpr std::uint16_t record_group =
    0xffff;  // type of several records that were appended together
constexpr std::size_t digest_size = 32;
constexpr std::uint32_t longest_payload = 1U << 30;
constexpr const char* extension = ".journal";

#pragma pack(push, 1)
struct Header {
  std::uint32_t magic = journal_magic;
  std::uint16_t version = basalt::io::version;
  std::uint16_t type = 0;
  std::uint64_t sequence = 0;
  std::uint32_t length = 0;
};

/// Before each record of a group.
struct Part {
  std::uint16_t type = 0;
  std::uint32_t length = 0;
};
#pragma pack(pop)
static_assert(sizeof(Header) == 20);

Digest record_digest(const Digest& previous, std::span<const std::uint8_t> header_and_payload) {
  return Hasher("journal record").add(previous).add(header_and_payload).finish();
}

/// A sound record at some position of a file.
struct Found {
  Header header;
  Digest digest;
  std::size_t end = 0;  ///< Position after it.
};

/// The record at `position`, if one is there whole and its digest fits.
std::optional<Found> record_at(std::span<const std::uint8_t> content, std::size_t position,
                               const Digest& previous) {
  Found found;
  if (content.size() - position < sizeof(Header) + digest_size) return std::nullopt;
  std::memcpy(&found.header, content.data() + position, sizeof(Header));
  if (found.header.magic != journal_magic || found.header.length > longest_payload)
    return std::nullopt;
  const std::size_t body = sizeof(Header) + found.header.length;
  if (content.size() - position < body + digest_size) return std::nullopt;
  std::memcpy(found.digest.bytes.data(), content.data() + position + body, digest_size);
  if (record_digest(previous, content.subspan(position, body)) != found.digest) {
    return std::nullopt;
  }
  found.end = position + body + digest_size;
  return found;
}

/// True if something that looks like the head of a record stands after `position`: a crash leaves
/// at most one incomplete record, at the end.
bool another_record_follows(std::span<const std::uint8_t> content, std::size_t position,
                            std::uint64_t sequence) {
  for (std::size_t i = position + 1; i + sizeof(Header) <= content.size(); ++i) {
    Header header;
    std::memcpy(&header, content.data() + i, sizeof header);
    if (header.magic == journal_magic && header.version == version && header.sequence > sequence) {
      return true;
    }
  }
  return false;
}

/// The content of one file.
struct FileContent {
  std::vector<JournalRecord> records;  ///< Without the opening record.
  std::optional<Digest> campaign;      ///< Absent if even the opening record is incomplete.
  bool torn = false;
};

void add_group(std::vector<JournalRecord>& records, std::span<const std::uint8_t> payload,
               const std::filesystem::path& path) {
  while (!payload.empty()) {
    Part part;
    require(payload.size() >= sizeof part, ErrorCode::corrupt, path.string(),
            ": a group ends early");
    std::memcpy(&part, payload.data(), sizeof part);
    payload = payload.subspan(sizeof part);
    require(payload.size() >= part.length, ErrorCode::corrupt, path.string(),
            ": a group ends early");
    records.push_back({part.type, {payload.begin(), payload.begin() + part.length}});
    payload = payload.subspan(part.length);
  }
}

FileContent read_file(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> content = read_bytes(path);
  FileContent result;
  Digest previous;
  std::uint64_t sequence = 0;
  std::size_t position = 0;
  while (position < content.size()) {
    const std::optional<Found> found = record_at(content, position, previous);
    if (!found || found->header.sequence != sequence) {
      require(!another_record_follows(content, position, sequence), ErrorCode::corrupt,
              path.string(), ": record ", sequence, " at byte ", position,
              " is damaged, and others follow it");
      result.torn = true;
      break;
    }
    require(found->header.version == version, ErrorCode::unsupported, path.string(),
            ": journal version ", found->header.version, ", this program knows ", version);
    const auto payload =
        std::span(content).subspan(position + sizeof(Header), found->header.length);
    if (sequence == 0) {
      require(found->header.type == opening && payload.size() == digest_size, ErrorCode::corrupt,
              path.string(), ": does not begin with the name of a campaign");
      result.campaign.emplace();
      std::ranges::copy(payload, result.campaign->bytes.begin());
    } else if (found->header.type == record_group) {
      add_group(result.records, payload, path);
    } else {
      result.records.push_back({found->header.type, {payload.begin(), payload.end()}});
    }
    previous = found->digest;
    position = found->end;
    ++sequence;
  }
  return result;
}

/// A name that no other life of the campaign has: random, so that hosts need not agree.
std::string fresh_name() {
  const MaskSeed seed = SecureRandom::mask_seed();
  Digest name;
  std::ranges::copy(seed, name.bytes.begin());
  return name.hex().substr(0, 32) + extension;
}

}  // namespace

Journal::Journal(const std::filesystem::path& folder, const Digest& id) {
  make_folder(folder);
  path_ = folder / fresh_name();
  file_ = Descriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file_.number() < 0) throw system_error(path_, "create the journal");
  write_record(opening, id.bytes);
  sync_folder(folder);
}

void Journal::append(std::uint16_t type, std::span<const std::uint8_t> payload) {
  require(type != opening && type != record_group, ErrorCode::invalid_argument, "journal: type ",
          type, " is the journal's own");
  require(payload.size() <= longest_payload, ErrorCode::invalid_argument, "journal: record of ",
          payload.size(), " bytes, expected at most ", longest_payload);
  write_record(type, payload);
}

void Journal::append(std::span<const JournalRecord> records) {
  if (records.empty()) return;
  if (records.size() == 1) return append(records.front().type, records.front().payload);
  std::vector<std::uint8_t> payload;
  for (const JournalRecord& record : records) {
    require(record.type != opening && record.type != record_group, ErrorCode::invalid_argument,
            "journal: type ", record.type, " is the journal's own");
    const Part part{record.type, static_cast<std::uint32_t>(record.payload.size())};
    const auto* head = reinterpret_cast<const std::uint8_t*>(&part);
    payload.insert(payload.end(), head, head + sizeof part);
    payload.insert(payload.end(), record.payload.begin(), record.payload.end());
    require(payload.size() <= longest_payload, ErrorCode::invalid_argument,
            "journal: records of more than ", longest_payload, " bytes together");
  }
  write_record(record_group, payload);
}

void Journal::write_record(std::uint16_t type, std::span<const std::uint8_t> payload) {
  Header header;
  header.type = type;
  header.sequence = sequence_;
  header.length = static_cast<std::uint32_t>(payload.size());
  std::vector<std::uint8_t> bytes(sizeof header + payload.size());
  std::memcpy(bytes.data(), &header, sizeof header);
  std::ranges::copy(payload, bytes.begin() + sizeof header);
  const Digest digest = record_digest(previous_, bytes);
  bytes.insert(bytes.end(), digest.bytes.begin(), digest.bytes.end());
  try {
    write_at(file_, path_, end_, bytes);
    if (::fdatasync(file_.number()) != 0) throw system_error(path_, "make the journal durable");
  } catch (const Error&) {
    // Half a record must not stand before the next one.
    if (::ftruncate(file_.number(), static_cast<off_t>(end_)) != 0) file_ = Descriptor();
    throw;
  }
  end_ += bytes.size();
  previous_ = digest;
  ++sequence_;
}

Replay replay_journals(const std::filesystem::path& folder, const Digest& id) {
  Replay replay;
  if (!std::filesystem::exists(folder)) return replay;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (is_journal_name(entry.path())) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  for (const std::filesystem::path& path : paths) {
    FileContent content = read_file(path);
    ++replay.files;
    if (content.torn) replay.torn.push_back(path.string());
    if (!content.campaign) continue;
    require(*content.campaign == id, ErrorCode::mismatch, path.string(), ": belongs to campaign ",
            content.campaign->brief(), ", expected ", id.brief());
    std::ranges::move(content.records, std::back_inserter(replay.records));
  }
  return replay;
}

std::size_t check_journal(const std::filesystem::path& path) {
  return read_file(path).records.size();
}

bool is_journal_name(const std::filesystem::path& path) {
  return path.extension() == extension;
}

}  // namespace basalt::io
