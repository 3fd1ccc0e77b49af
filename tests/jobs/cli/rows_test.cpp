// Tests of the option --rows.
#include "jobs/cli/rows.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::cli::rows_test {
namespace {

TEST(RowRange, ReadsBothEndsAndOpenOnes) {
  using Range = std::pair<std::size_t, std::size_t>;
  EXPECT_EQ(row_range("", 10), Range(0, 10));
  EXPECT_EQ(row_range("2:5", 10), Range(2, 5));
  EXPECT_EQ(row_range(":5", 10), Range(0, 5));
  EXPECT_EQ(row_range("7:", 10), Range(7, 10));
}

TEST(RowRange, RefusesWhatIsNotInsideTheData) {
  for (const char* text : {"5", "a:b", "5:5", "6:5", "0:11", "-1:4", "1:2:3", "1.5:3"}) {
    SCOPED_TRACE(text);
    expect_error(ErrorCode::invalid_argument, "is not", [&] { row_range(text, 10); });
  }
}

}  // namespace
}  // namespace basalt::jobs::cli::rows_test
