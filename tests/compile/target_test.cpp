// Which targets are possible in themselves.
#include "compile/target.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"

namespace basalt::compile::target_test {
namespace {

std::string subject_of(const Target& target) {
  try {
    validate(target);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.subject();
  }
  return "accepted";
}

TEST(Target, MayAskForProbabilitiesAndKnownLevels) {
  EXPECT_EQ(subject_of({}), "accepted");
  EXPECT_EQ(subject_of({.p_error = 0x1p-900, .global_p_error = 0.5, .security = 256}), "accepted");
}

TEST(Target, IsRefusedByTheNameOfItsSetting) {
  EXPECT_EQ(subject_of({.p_error = 7.0}), "p_error");
  EXPECT_EQ(subject_of({.p_error = 0.0}), "p_error");
  EXPECT_EQ(subject_of({.p_error = std::nan("")}), "p_error");
  EXPECT_EQ(subject_of({.global_p_error = 1.0}), "global_p_error");
  EXPECT_EQ(subject_of({.security = 127}), "security");
}

TEST(Probability, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(parse_probability("p_error", "2^-40"), 0x1p-40);
  EXPECT_EQ(parse_probability("p_error", "6.3e-5"), 6.3e-5);
  EXPECT_EQ(parse_probability("p_error", "0.5"), 0.5);
  EXPECT_EQ(parse_probability("p_error", "2^-0.5"), std::exp2(-0.5));
}

TEST(Probability, IsRefusedByTheNameOfItsSetting) {
  for (const char* text : {"7", "2^3", "2^-", "", "1e-5 ", "-0.1", "nan", "0", "2^-2000", "p"}) {
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
}  // namespace basalt::compile::target_test
