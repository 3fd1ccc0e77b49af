// Which targets are possible in themselves.
#include "circuit/target.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"

namespace basalt::circuit::target_test {
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

}  // namespace
}  // namespace basalt::circuit::target_test
