#include "io/journal/journal.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::journal_test {
namespace {

using testing_support::TemporaryFolder;

const Digest campaign = Hasher("campaign").add("a").finish();

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

std::vector<std::string> texts_of(const Replay& replay) {
  std::vector<std::string> texts;
  for (const JournalRecord& record : replay.records) {
    texts.emplace_back(record.payload.begin(), record.payload.end());
  }
  return texts;
}

/// A journal of three records; returns its path.
std::filesystem::path three_records(const TemporaryFolder& folder) {
  Journal journal(folder.path(), campaign);
  for (const char* text : {"first", "second record", ""}) journal.append(7, bytes_of(text));
  return journal.path();
}

TEST(Journal, ReplaysWhatSeveralLivesAppended) {
  const TemporaryFolder folder;
  three_records(folder);
  Journal(folder.path(), campaign).append(9, bytes_of("other life"));

  const Replay replay = replay_journals(folder.path(), campaign);

  EXPECT_EQ(replay.files, 2U);
  EXPECT_TRUE(replay.torn.empty());
  std::vector<std::string> texts = texts_of(replay);
  std::ranges::sort(texts);
  EXPECT_EQ(texts, (std::vector<std::string>{"", "first", "other life", "second record"}));
}

TEST(Journal, KeepsAGroupWholeOrNotAtAll) {
  const TemporaryFolder folder;
  Journal journal(folder.path(), campaign);
  journal.append(7, bytes_of("alone"));
  const std::size_t before = read_bytes(journal.path()).size();
  const std::vector<JournalRecord> records{
      {7, bytes_of("first")}, {8, {}}, {9, std::vector<std::uint8_t>(10000, 'x')}};
  journal.append(records);
  journal.append(std::span<const JournalRecord>{});
  const std::vector<std::uint8_t> whole = read_bytes(journal.path());

  const Replay replay = replay_journals(folder.path(), campaign);
  ASSERT_EQ(replay.records.size(), 4U);
  EXPECT_EQ(texts_of(replay)[1], "first");
  EXPECT_EQ(replay.records[2].type, 8);
  EXPECT_EQ(replay.records[3].payload.size(), 10000U);
  EXPECT_EQ(check_journal(journal.path()), 4U);
  for (std::size_t size = before; size < whole.size(); size += 97) {
    std::ofstream(journal.path(), std::ios::binary)
        .write(reinterpret_cast<const char*>(whole.data()), static_cast<std::streamsize>(size));
    EXPECT_EQ(replay_journals(folder.path(), campaign).records.size(), 1U) << size;
  }
  expect_error(ErrorCode::invalid_argument, "is the journal's own",
               [&] { journal.append(0xffff, {}); });
}

// Pages of a write that was not synced may reach the disk in any order, or not at all.
TEST(Journal, LosesOnlyWhatWasNotSyncedWhicheverPagesArrive) {
  const TemporaryFolder folder;
  Journal journal(folder.path(), campaign);
  for (int i = 0; i < 3; ++i) journal.append(7, std::vector<std::uint8_t>(3000, 'a'));
  const std::vector<std::uint8_t> synced = read_bytes(journal.path());
  std::vector<JournalRecord> group;
  for (int i = 0; i < 12; ++i) group.push_back({8, std::vector<std::uint8_t>(2000, 'b')});
  journal.append(group);
  const std::vector<std::uint8_t> whole = read_bytes(journal.path());
  constexpr std::size_t page = 4096;
  const std::size_t first = synced.size() / page, pages = whole.size() / page + 1 - first;
  ASSERT_GT(pages, 6U);
  for (std::size_t arrived = 0; arrived < (std::size_t{1} << pages) - 1; arrived += 3) {
    std::vector<std::uint8_t> disk = whole;
    for (std::size_t i = synced.size(); i < whole.size(); ++i) {
      if ((arrived >> (i / page - first) & 1) == 0) disk[i] = 0;
    }
    std::ofstream(journal.path(), std::ios::binary)
        .write(reinterpret_cast<const char*>(disk.data()),
               static_cast<std::streamsize>(disk.size()));
    ASSERT_EQ(replay_journals(folder.path(), campaign).records.size(), 3U) << arrived;
  }
}

TEST(Journal, AnAbsentFolderIsEmpty) {
  const TemporaryFolder folder;
  EXPECT_TRUE(replay_journals(folder.file("absent"), campaign).records.empty());
}

TEST(Journal, EveryTruncationKeepsTheRecordsBeforeIt) {
  const TemporaryFolder folder;
  const std::filesystem::path path = three_records(folder);
  const std::vector<std::uint8_t> whole = read_bytes(path);
  std::size_t last = 0;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(whole.data()), static_cast<std::streamsize>(size));
    const std::size_t kept = replay_journals(folder.path(), campaign).records.size();
    EXPECT_GE(kept, last) << size;
    last = kept;
  }
  EXPECT_EQ(last, 3U);
}

TEST(Journal, EveryFlippedBitIsDamageOrALostTail) {
  const TemporaryFolder folder;
  const std::filesystem::path path = three_records(folder);
  const std::vector<std::uint8_t> whole = read_bytes(path);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::vector<std::uint8_t> damaged = whole;
    damaged[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(damaged.data()),
               static_cast<std::streamsize>(damaged.size()));
    try {
      const Replay replay = replay_journals(folder.path(), campaign);
      EXPECT_EQ(replay.torn.size(), 1U) << i;
      EXPECT_EQ(replay.records.size(), 2U) << i;  // only the last record may be lost in silence
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt) << i;
      ++refused;
    }
  }
  EXPECT_GT(refused, whole.size() / 2);
}

TEST(Journal, RefusesAnotherCampaignsFile) {
  const TemporaryFolder folder;
  three_records(folder);
  try {
    replay_journals(folder.path(), Hasher("campaign").add("b").finish());
    FAIL() << "a foreign journal was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
  }
}

TEST(Journal, AKilledProcessLosesNothingThatWasAppended) {
  const TemporaryFolder folder;
  int acknowledged[2];
  ASSERT_EQ(pipe(acknowledged), 0);
  const pid_t child = fork();
  if (child == 0) {
    Journal journal(folder.path(), campaign);
    for (char i = 0;; ++i) {
      journal.append(1, bytes_of("record"));
      if (write(acknowledged[1], &i, 1) != 1) _exit(1);
    }
  }
  char last = 0;
  for (int i = 0; i < 50; ++i) ASSERT_EQ(read(acknowledged[0], &last, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(acknowledged[0]);
  close(acknowledged[1]);

  EXPECT_GE(replay_journals(folder.path(), campaign).records.size(), 50U);
}

TEST(Journal, ChecksAFileOfAnyCampaign) {
  const TemporaryFolder folder;
  const std::filesystem::path path = three_records(folder);
  EXPECT_TRUE(is_journal_name(path));
  EXPECT_EQ(check_journal(path), 3U);
}

}  // namespace
}  // namespace basalt::io::journal_test
