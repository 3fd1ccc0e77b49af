#include "jobs/wire/error_message.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/expect_error.hpp"

namespace basalt::jobs::error_message_test {
namespace {

TEST(ErrorMessage, CarriesAnErrorWithItsCodeAndSubject) {
  const MessageKey key(Digest{});
  const Error sent(ErrorCode::corrupt, "digits.h5: damaged", "file");

  const Error received = open_error(key, seal_error(key, sent));

  EXPECT_EQ(received.code(), ErrorCode::corrupt);
  EXPECT_STREQ(received.what(), "digits.h5: damaged");
  EXPECT_EQ(received.subject(), "file");
  EXPECT_FALSE(received.place().has_value());
}

TEST(ErrorMessage, CarriesThePlaceOfAnError) {
  const Error sent(ErrorCode::invalid_argument, "cannot be", "lr", Place{"a b.toml", 12});

  const Error received = decode_error(encode_error(sent));

  EXPECT_EQ(received.place(), sent.place());
  EXPECT_EQ(received.message(), "cannot be");
  EXPECT_STREQ(received.what(), "a b.toml:12: cannot be");
}

TEST(ErrorMessage, RefusesBytesThatAreNoError) {
  const ByteVector sound = encode_error(Error(ErrorCode::io, "x", "y", Place{"f", 1}));
  expect_error(ErrorCode::corrupt, "an error without code", [&] { decode_error({}); });
  expect_error(ErrorCode::corrupt, "an error ends early",
               [&] { decode_error(std::span(sound).first(3)); });
  expect_error(ErrorCode::corrupt, "an error without code", [&] {
    decode_error(ByteVector{200, 0, 0, 0});
  });
}

TEST(ErrorMessage, MakesAnErrorOfAnyException) {
  EXPECT_STREQ(error_of(std::make_exception_ptr(std::runtime_error("odd"))).what(), "odd");
  EXPECT_EQ(error_of(std::make_exception_ptr(5)).code(), ErrorCode::internal);
}

}  // namespace
}  // namespace basalt::jobs::error_message_test
