// Numbers and probabilities as people write them.
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"

namespace basalt::text_test {
namespace {

TEST(Probability, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(parse_probability("p_error", "2^-40"), 0x1p-40);
  EXPECT_EQ(parse_probability("p_error", "6.3e-5"), 6.3e-5);
  EXPECT_EQ(parse_probability("p_error", "0.5"), 0.5);
  EXPECT_DOUBLE_EQ(parse_probability("p_error", "10^-3"), 1e-3);
  EXPECT_EQ(parse_probability("p_error", "2^-0.5"), std::exp2(-0.5));
}

TEST(Probability, IsRefusedByTheNameOfItsSetting) {
  for (const char* text : {"7", "2^3", "2^-", "", "1e-5 ", "-0.1", "nan", "0", "2^-2000", "p", "1",
                           "2^", "^-3", "2^-40x"}) {
    try {
      (void)parse_probability("p_error", text);
      FAIL() << "accepted \"" << text << "\"";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_EQ(error.subject(), "p_error");
    }
  }
}

}  // namespace
}  // namespace basalt::text_test
