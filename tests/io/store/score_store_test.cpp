#include "io/store/score_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "io/checksum/envelope.hpp"
#include "io/nouns.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::score_store_test {
namespace {

using testing_support::TemporaryFolder;

/// Three shards of 4, 1 and 5 rows and their index.
struct Shards {
  TemporaryFolder folder;
  ScoreIndex index{.circuit_id = toy_id(1),
                   .client_key_id = toy_id(2),
                   .batch_id = toy_id(3),
                   .rows = 10,
                   .outputs = 3,
                   .dimension = 512,
                   .shards = {}};
  torus::AlignedVector<tfhe::Torus> words;

  Shards() {
    for (const auto& [first, rows] :
         std::vector<std::pair<std::size_t, std::size_t>>{{0, 4}, {4, 1}, {5, 5}}) {
      const infer::EncryptedScores scores = toy_scores(first, rows);
      const std::string name = "shard" + std::to_string(first) + ".h5";
      index.shards.push_back({name, save(scores, folder.file(name)), first, rows});
      words.insert(words.end(), scores.words.begin(), scores.words.end());
    }
    save(index, folder.file("scores.h5"));
  }
};

ErrorCode refusal(const std::string& path, const std::string& word) {
  try {
    (void)load_scores(path);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    return error.code();
  }
  ADD_FAILURE() << "accepted";
  return ErrorCode::internal;
}

TEST(ScoreStore, ScoresComeBack) {
  const TemporaryFolder folder;
  const infer::EncryptedScores scores = toy_scores(20, 4);

  save(scores, folder.file("s.h5"));
  const infer::EncryptedScores found = load_scores(folder.file("s.h5"));

  EXPECT_EQ(found.id(), scores.id());
  EXPECT_EQ(found.words, scores.words);
  EXPECT_EQ(found.first_row, 20U);
}

TEST(ScoreStore, AnIndexReadsAsTheWhole) {
  const Shards shards;

  const infer::EncryptedScores found = load_scores(shards.folder.file("scores.h5"));

  EXPECT_EQ(load_score_index(shards.folder.file("scores.h5")).id(), shards.index.id());
  EXPECT_EQ(found.rows, 10U);
  EXPECT_EQ(found.words, shards.words);
}

TEST(ScoreStore, MergedShardsAreOneFile) {
  const Shards shards;

  merge_shards(shards.folder.file("scores.h5"), shards.folder.file("one.h5"));
  for (const ScoreShard& shard : shards.index.shards) {
    std::filesystem::remove(shards.folder.file(shard.file));
  }
  const infer::EncryptedScores found = load_scores(shards.folder.file("one.h5"));

  EXPECT_EQ(found.words, shards.words);
  EXPECT_EQ(found.rows, 10U);
  EXPECT_EQ(found.batch_id, toy_id(3));
}

TEST(ScoreStore, MissingAndForeignShardsAreNamed) {
  const Shards missing, foreign;
  std::filesystem::remove(missing.folder.file("shard4.h5"));
  save(toy_scores(4, 2), foreign.folder.file("shard4.h5"));

  EXPECT_EQ(refusal(missing.folder.file("scores.h5"), "shard4.h5"), ErrorCode::not_found);
  EXPECT_EQ(refusal(foreign.folder.file("scores.h5"), "shard4.h5"), ErrorCode::mismatch);
}

TEST(ScoreStore, SeveralMissingShardsAreCounted) {
  const Shards shards;
  std::filesystem::remove(shards.folder.file("shard0.h5"));
  std::filesystem::remove(shards.folder.file("shard5.h5"));

  EXPECT_EQ(refusal(shards.folder.file("scores.h5"), "2 of 3 shards are missing"),
            ErrorCode::not_found);
  expect_error(ErrorCode::not_found, "shards are missing, the first", [&] {
    merge_shards(shards.folder.file("scores.h5"), shards.folder.file("one.h5"));
  });
  EXPECT_FALSE(std::filesystem::exists(shards.folder.file("one.h5")));
}

TEST(ScoreStore, RowsOfAFileAreReadApart) {
  const TemporaryFolder folder;
  const infer::EncryptedScores scores = toy_scores(20, 4);
  save(scores, folder.file("s.h5"));
  const ScoreReader reader(folder.file("s.h5"));

  const infer::EncryptedScores part = reader.read(1, 2);

  EXPECT_EQ(reader.id(), scores.id());
  EXPECT_EQ(part.first_row, 21U);
  EXPECT_EQ(part.rows, 2U);
  EXPECT_TRUE(std::ranges::equal(part.words, std::span(scores.words).subspan(3 * 513, 6 * 513)));
  expect_error(ErrorCode::invalid_argument, "are asked for, it", [&] { reader.read(3, 2); });
}

TEST(ScoreStore, ShortWordsTakeSoMuchLess) {
  const TemporaryFolder folder;
  infer::EncryptedScores scores = toy_scores(0, 40);
  save(scores, folder.file("64.h5"));
  const auto all = std::filesystem::file_size(folder.file("64.h5"));
  for (const int bits : {32, 16}) {
    const std::string path = folder.file(std::to_string(bits) + ".h5");
    infer::round_words(scores, bits);
    save(scores, path);

    const infer::EncryptedScores found = load_scores(path);

    EXPECT_EQ(found.word_bits, bits);
    EXPECT_EQ(found.words, scores.words);
    EXPECT_EQ(found.id(), scores.id());
    EXPECT_EQ(read_identity(path).version, 2U);
    EXPECT_LT(std::filesystem::file_size(path), all * static_cast<unsigned>(bits) / 60);
  }
  EXPECT_EQ(read_identity(folder.file("64.h5")).version, 1U);
  infer::round_words(scores, 8);
  expect_error(ErrorCode::invalid_argument, "bits, expected",
               [&] { save(scores, folder.file("8.h5")); });
}

TEST(ScoreStore, ShardsOfShortWordsAreMergedToShortWords) {
  const TemporaryFolder folder;
  ScoreIndex index;
  torus::AlignedVector<tfhe::Torus> words;
  for (const std::size_t first : {std::size_t{0}, std::size_t{3}}) {
    infer::EncryptedScores scores = toy_scores(first, 3);
    infer::round_words(scores, 16);
    index.circuit_id = scores.circuit_id;
    index.client_key_id = scores.client_key_id;
    index.batch_id = scores.batch_id;
    index.outputs = scores.outputs;
    index.dimension = scores.dimension;
    const std::string name = "s" + std::to_string(first) + ".h5";
    index.shards.push_back({name, save(scores, folder.file(name)), first, 3});
    words.insert(words.end(), scores.words.begin(), scores.words.end());
  }
  index.rows = 6;
  save(index, folder.file("scores.h5"));

  merge_shards(folder.file("scores.h5"), folder.file("merged.h5"));
  const infer::EncryptedScores merged = load_scores(folder.file("merged.h5"));

  EXPECT_EQ(merged.word_bits, 16);
  EXPECT_EQ(merged.words, words);
  EXPECT_EQ(load_scores(folder.file("scores.h5")).words, words);
}

TEST(ScoreStore, AnIndexWithAGapIsRefused) {
  Shards shards;
  shards.index.shards.erase(shards.index.shards.begin() + 1);

  expect_error(ErrorCode::invalid_argument, "expected",
               [&] { save(shards.index, shards.folder.file("gap.h5")); });
  shards.index.shards.pop_back();
  expect_error(ErrorCode::invalid_argument, "expected",
               [&] { save(shards.index, shards.folder.file("gap.h5")); });
}

}  // namespace
}  // namespace basalt::io::score_store_test
