// Tests of the exception and of the search for near names.
#include "base/error.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"

namespace basalt::error_test {
namespace {

TEST(Error, CarriesItsCodeMessageAndSubject) {
  const Error error(ErrorCode::mismatch, "key: 511, expected 512", "key");

  EXPECT_EQ(error.code(), ErrorCode::mismatch);
  EXPECT_STREQ(error.what(), "key: 511, expected 512");
  EXPECT_EQ(error.subject(), "key");
}

TEST(Require, ThrowsTheJoinedMessageOnlyWhenTheConditionFails) {
  EXPECT_NO_THROW(require(true, ErrorCode::io, "never"));

  try {
    require(false, ErrorCode::corrupt, "row ", 3, " is ", 1.5);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "row 3 is 1.5");
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
  }
}

TEST(Require, AsksACallablePartOnlyWhenItFails) {
  int asked = 0;
  const auto costly = [&] {
    ++asked;
    return 7;
  };
  require(true, ErrorCode::corrupt, "it is ", costly);
  EXPECT_EQ(asked, 0);
  expect_error(ErrorCode::corrupt, "it is",
               [&] { require(false, ErrorCode::corrupt, "it is ", costly); });
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(concat("it is ", costly), "it is 7");
}

TEST(Error, SaysItsPlaceBeforeItsMessage) {
  const Error bare(ErrorCode::invalid_argument, "cannot be", "lr");
  const Error placed = located(bare, {"r.toml", 8});

  EXPECT_STREQ(bare.what(), "cannot be");
  EXPECT_STREQ(placed.what(), "r.toml:8: cannot be");
  EXPECT_EQ(placed.message(), "cannot be");
  EXPECT_EQ(placed.subject(), "lr");
  EXPECT_EQ(placed.code(), ErrorCode::invalid_argument);
  EXPECT_STREQ(located(bare, {"r.toml", 0}).what(), "r.toml: cannot be");
}

TEST(Error, KeepsTheFirstPlaceThatItIsGiven) {
  const Error placed = located(Error(ErrorCode::io, "r.toml:9: looks placed"), {"r.toml", 8});
  EXPECT_EQ(located(placed, {"other.toml", 1}).place(), (Place{"r.toml", 8}));
  EXPECT_STREQ(placed.what(), "r.toml:8: r.toml:9: looks placed");
}

TEST(ErrorCode, NamesAreStable) {
  EXPECT_STREQ(name_of(ErrorCode::invalid_argument), "invalid_argument");
  EXPECT_STREQ(name_of(ErrorCode::corrupt), "corrupt");
  EXPECT_STREQ(name_of(ErrorCode::internal), "internal");
}

TEST(NearestName, FindsTheWordWithOneLetterMissing) {
  EXPECT_EQ(nearest_name("max_epoch", {"lr", "max_epochs", "batch_size"}), "max_epochs");
}

TEST(NearestName, LooksBehindThePrefixOfASetting) {
  EXPECT_EQ(nearest_name("n_w_bit", {"module__n_a_bits", "module__n_w_bits", "n_bits"}),
            "module__n_w_bits");
}

TEST(NearestName, IsEmptyWhenNothingIsClose) {
  EXPECT_EQ(nearest_name("colour", {"lr", "max_epochs"}), "");
}

}  // namespace
}  // namespace basalt::error_test
