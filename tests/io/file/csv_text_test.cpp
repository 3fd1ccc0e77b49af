#include "io/file/csv_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace basalt::io::csv_text_test {
namespace {

TEST(CsvText, QuotesOnlyWhereNeeded) {
  EXPECT_EQ(csv_line({"a", "1.5", ""}), "a,1.5,\n");
  EXPECT_EQ(csv_line({"a,b", "say \"x\"", "two\nlines"}),
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\n");
}

TEST(CsvText, NumbersAreShortAndExact) {
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(64.0), "64");
  EXPECT_EQ(shortest(std::numeric_limits<double>::quiet_NaN()), "");
  const double third = 1.0 / 3.0;
  EXPECT_EQ(std::stod(shortest(third)), third);
}

}  // namespace
}  // namespace basalt::io::csv_text_test
