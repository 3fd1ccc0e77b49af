// Numbers and probabilities as people write them.
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

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

TEST(Probability, IsWrittenAsItIsRead) {
  EXPECT_EQ(probability_text(0x1p-40), "2^-40");
  EXPECT_EQ(probability_text(0.5), "2^-1");
  EXPECT_EQ(probability_text(0.001), "0.001");
  for (const double probability : {0x1p-40, 0x1p-1022, 0.3, 6.3e-5}) {
    EXPECT_EQ(parse_probability("p_error", probability_text(probability)), probability);
  }
}

TEST(Number, IsTheWholeText) {
  EXPECT_EQ(parse_number<double>("-2.5e3"), -2500.0);
  EXPECT_EQ(parse_number<long>("-7"), -7);
  EXPECT_EQ(parse_number<std::size_t>("7"), 7U);
  EXPECT_TRUE(std::isnan(parse_number<double>("nan").value()));
  for (const char* text : {"", " 1", "1 ", "1x", "+1", "x", "0x10"}) {
    EXPECT_EQ(parse_number<double>(text), std::nullopt) << text;
    EXPECT_EQ(parse_number<long>(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_number<std::size_t>("-1"), std::nullopt);
  EXPECT_EQ(parse_number<int>("4294967296"), std::nullopt);
  EXPECT_EQ(parse_number<int>("1.5"), std::nullopt);
}

TEST(Trimmed, LosesTheBlanksAroundIt) {
  EXPECT_EQ(trimmed(" \ta b\r"), "a b");
  EXPECT_EQ(trimmed(" \t "), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("a\n"), "a\n");
}

TEST(Joined, SeparatesNeighbours) {
  EXPECT_EQ(joined(std::vector<std::string>{"a", "", "c"}), "a, , c");
  EXPECT_EQ(joined(std::vector<int>{}), "");
  EXPECT_EQ(joined(std::array{1, 2}, "+", [](int i) { return i * 10; }), "10+20");
}

}  // namespace
}  // namespace basalt::text_test
