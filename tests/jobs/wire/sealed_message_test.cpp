#include "jobs/wire/sealed_message.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::sealed_message_test {
namespace {

constexpr Schema schema{.id = 7, .version = 2, .limit = 1000};

const MessageKey& key() {
  static const MessageKey made(Digest::from_hex(std::string(64, 'a')));
  return made;
}

ByteVector content(std::size_t size) {
  ByteVector bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37);
  return bytes;
}

bool accepted(const ByteVector& message) {
  try {
    open(key(), schema, message);
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    return false;
  }
}

TEST(SealedMessage, GivesBackWhatWasSealed) {
  for (const std::size_t size : {0u, 1u, 999u, 1000u}) {
    const ByteVector message = seal(key(), schema, content(size));
    const auto opened = open(key(), schema, message);
    EXPECT_EQ(ByteVector(opened.begin(), opened.end()), content(size));
  }
}

TEST(SealedMessage, RefusesContentAboveItsLimitOnBothSides) {
  expect_error(ErrorCode::invalid_argument, "at most 1000 are allowed",
               [&] { seal(key(), schema, content(1001)); });
  const Schema wide{.id = 7, .version = 2, .limit = 2000};
  EXPECT_FALSE(accepted(seal(key(), wide, content(1001))));
}

TEST(SealedMessage, RefusesAnotherRunKindOrVersion) {
  const MessageKey other(Digest::from_hex(std::string(64, 'b')));
  EXPECT_FALSE(accepted(seal(other, schema, content(10))));
  EXPECT_FALSE(accepted(seal(key(), {.id = 8, .version = 2, .limit = 1000}, content(10))));
  EXPECT_FALSE(accepted(seal(key(), {.id = 7, .version = 1, .limit = 1000}, content(10))));
}

TEST(SealedMessage, RefusesEverySingleFlippedBitAndEveryTruncation) {
  const ByteVector sound = seal(key(), schema, content(100));
  for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
    ByteVector damaged = sound;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1u << (bit % 8)));
    ASSERT_FALSE(accepted(damaged)) << "bit " << bit;
  }
  for (std::size_t size = 0; size < sound.size(); ++size) {
    ASSERT_FALSE(accepted(ByteVector(sound.begin(), sound.begin() + std::ptrdiff_t(size))));
  }
}

TEST(SealedMessage, RefusesAHundredThousandRandomMutations) {
  RandomStream random(Seed{5});
  const ByteVector sound = seal(key(), schema, content(64));
  for (int round = 0; round < 100000; ++round) {
    ByteVector damaged = sound;
    const std::uint64_t edits = 1 + random.below(3);
    for (std::uint64_t edit = 0; edit < edits; ++edit) {
      const std::size_t at = random.below(damaged.size());
      switch (random.below(3)) {
        case 0:
          damaged[at] = static_cast<std::uint8_t>(random.below(256));
          break;
        case 1:
          damaged.insert(damaged.begin() + std::ptrdiff_t(at), std::uint8_t{0});
          break;
        default:
          damaged.erase(damaged.begin() + std::ptrdiff_t(at));
          break;
      }
    }
    if (damaged != sound) {
      ASSERT_FALSE(accepted(damaged));
    }
  }
}

}  // namespace
}  // namespace basalt::jobs::sealed_message_test
