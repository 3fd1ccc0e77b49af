#include "jobs/wire/archive.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "infer/infer.hpp"
#include "jobs/wire/sealed_message.hpp"
#include "support/expect_error.hpp"
#include "tfhe/client_key.hpp"

namespace basalt::jobs::archive_test {
namespace {

// Secrets, ciphertexts and data have no way into a message.
static_assert(!may_travel<tfhe::ClientKey>);
static_assert(!may_travel<SecretVector<std::uint64_t>>);
static_assert(!may_travel<tfhe::SeededEvaluationKey>);
static_assert(!may_travel<infer::EncryptedBatch>);
static_assert(!may_travel<learn::Dataset>);
template <class T>
concept Sendable = requires(const T& value) {
  to_message(value);
};
static_assert(Sendable<search::TrialTask> && !Sendable<tfhe::ClientKey>);

search::TrialOutcome outcome() {
  search::TrialOutcome made;
  made.task.trial = 12;
  made.task.rung = 2;
  made.task.share = 1.0 / 3;
  made.task.configuration = {{"a", true},
                             {"b", std::int64_t{-5}},
                             {"c", 0.1},
                             {"d", std::string("text with \"quotes\"\nand a line")},
                             {"e", std::vector<std::int64_t>{1, 2}},
                             {"f", std::vector<double>{0.5}},
                             {"g", std::vector<std::string>{"", "x"}}};
  made.record.state = pipeline::Record::State::infeasible;
  made.record.reason = "layer 2 needs 9 bits";
  made.record.result = {{"test_accuracy", 0.97}, {"odd", std::numeric_limits<double>::infinity()}};
  made.record.timing = {{"train", 1e-300}};
  made.record.model_id = Digest::from_hex(std::string(64, 'e'));
  made.record.history = {{1, 0.5, 0.6, 0.7}, {2, 0.4, 0.5, 0.8}};
  return made;
}

void expect_equal(const search::TrialOutcome& a, const search::TrialOutcome& b) {
  EXPECT_EQ(a.digest(), b.digest());
  EXPECT_EQ(a.task.configuration, b.task.configuration);
  EXPECT_EQ(a.record.result, b.record.result);
  EXPECT_EQ(a.record.timing, b.record.timing);
  ASSERT_EQ(a.record.history.size(), b.record.history.size());
  EXPECT_EQ(a.record.history[1].valid_accuracy, b.record.history[1].valid_accuracy);
}

TEST(Archive, GivesBackAnOutcomeAsMessageAndAsRecord) {
  expect_equal(from_message<search::TrialOutcome>(to_message(outcome())), outcome());
  expect_equal(from_record<search::TrialOutcome>(to_record(outcome())), outcome());
}

TEST(Archive, KeepsNotANumber) {
  search::TrialOutcome made = outcome();
  made.record.result["r2"] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(
      std::isnan(from_record<search::TrialOutcome>(to_record(made)).record.result.at("r2")));
}

TEST(Archive, GivesBackShards) {
  const ShardOutcome sent{
      {3, 300, 100}, Digest::from_hex(std::string(64, '1')), 10, 2048, true, 1.5};
  const auto back = from_message<ShardOutcome>(to_message(sent));
  EXPECT_EQ(back.shard.first, 300u);
  EXPECT_EQ(back.scores_id, sent.scores_id);
  EXPECT_EQ(back.dimension, 2048u);
  EXPECT_TRUE(back.reused);
}

TEST(Archive, RefusesBytesThatEndEarlyOrLate) {
  ByteVector bytes = to_message(outcome());
  bytes.push_back(0);
  expect_error(ErrorCode::corrupt, "bytes are left over",
               [&] { from_message<search::TrialOutcome>(bytes); });
  for (std::size_t size = 0; size + 1 < bytes.size(); size += 7) {
    const std::span<const std::uint8_t> cut(bytes.data(), size);
    SCOPED_TRACE(size);
    expect_error(ErrorCode::corrupt, "input stream error",
                 [&] { from_message<search::TrialOutcome>(cut); });
  }
}

TEST(Archive, InASealedMessageAcceptsNoneOf20000DamagedMessages) {
  const MessageKey key(Digest{});
  const Schema schema{.id = 9, .version = 1, .limit = 1 << 20};
  const ByteVector sound = seal(key, schema, to_message(outcome()));
  RandomStream random(Seed{6});
  for (int round = 0; round < 20000; ++round) {
    ByteVector damaged = sound;
    for (std::uint64_t edit = 0; edit <= random.below(3); ++edit) {
      damaged[random.below(damaged.size())] = static_cast<std::uint8_t>(random.below(256));
    }
    if (damaged == sound) continue;
    expect_error(ErrorCode::corrupt, "message: ", [&] { open(key, schema, damaged); });
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace
}  // namespace basalt::jobs::archive_test
