#include "jobs/farm/farm_result.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"

namespace basalt::jobs::farm_result_test {
namespace {

const MessageKey& key() {
  static const MessageKey made(Digest{});
  return made;
}

TEST(FarmResult, GivesBackWhatRankZeroFound) {
  const FarmResult back = decode_result(key(), encode_result(key(), {true, 3}));
  EXPECT_TRUE(back.interrupted);
  EXPECT_EQ(back.lost_ranks, 3u);
  EXPECT_FALSE(decode_result(key(), encode_result(key(), {})).interrupted);
}

TEST(FarmResult, AFailureIsThrownWhateverItsLength) {
  // An error of no subject and no text is as short as one can be.
  for (const char* text : {"", "x", "trial 3 cannot be written"}) {
    try {
      decode_result(key(), encode_failure(key(), Error(ErrorCode::io, text)));
      FAIL() << "a failure was taken for a result";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::io);
      EXPECT_STREQ(error.what(), text);
    }
  }
}

TEST(FarmResult, RefusesMessagesOfAnotherRun) {
  const MessageKey other(Hasher("other").finish());
  expect_error(ErrorCode::corrupt, "damaged, or of another run",
               [&] { decode_result(key(), encode_result(other, {})); });
}

}  // namespace
}  // namespace basalt::jobs::farm_result_test
