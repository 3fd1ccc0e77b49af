// Ids of batches and scores.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "infer/infer.hpp"
#include "support/expect_error.hpp"

namespace basalt::infer::batch_test {
namespace {

TEST(EncryptedBatch, IdTellsBatchesApart) {
  EncryptedBatch batch{.circuit_id = {},
                       .client_key_id = {},
                       .seed = SecureRandom::mask_seed(),
                       .first_stream = 0,
                       .rows = 2,
                       .inputs = 1,
                       .bodies = {1, 2}};
  EncryptedBatch other = batch;
  EXPECT_EQ(batch.id(), other.id());
  other.seed = SecureRandom::mask_seed();
  EXPECT_NE(batch.id(), other.id());
  other = batch;
  other.first_stream = 2;
  EXPECT_NE(batch.id(), other.id());
}

TEST(EncryptedScores, IdCoversEveryWord) {
  EncryptedScores scores{.circuit_id = {},
                         .client_key_id = {},
                         .batch_id = {},
                         .first_row = 0,
                         .rows = 1,
                         .outputs = 1,
                         .dimension = 2,
                         .words = {1, 2, 3}};
  EncryptedScores other = scores;
  EXPECT_EQ(scores.id(), other.id());
  other.words[1] ^= 1;
  EXPECT_NE(scores.id(), other.id());
}

TEST(EncryptedScores, WordsAreRoundedToTheirUpperBits) {
  EncryptedScores scores;
  scores.words = {0x00000001'7fffffff, 0x00000001'80000000, 0xffffffff'ffffffff};

  round_words(scores, 32);

  EXPECT_EQ(scores.word_bits, 32);
  EXPECT_EQ(scores.words[0], 0x00000001'00000000);
  EXPECT_EQ(scores.words[1], 0x00000002'00000000);
  EXPECT_EQ(scores.words[2], 0U);
  expect_error(ErrorCode::invalid_argument, "bits, expected", [&] { round_words(scores, 0); });
  expect_error(ErrorCode::invalid_argument, "bits, expected", [&] { round_words(scores, 65); });
}

}  // namespace
}  // namespace basalt::infer::batch_test
