#include "tfhe/lookup_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::tfhe::lookup_table_test {
namespace {

TEST(LookupTables, BoxesAreCentredAndTheLastHalfBoxIsNegated) {
  LookupTables tables(2, 16);
  const std::vector<Torus> values = {10, 20, 30, 40};

  tables.set(1, values);

  const Torus last = 0 - Torus{10};
  const std::vector<Torus> expected = {10, 10, 20, 20, 20, 20, 30,   30,
                                       30, 30, 40, 40, 40, 40, last, last};
  EXPECT_TRUE(std::ranges::equal(tables[1], expected));
  EXPECT_TRUE(std::ranges::all_of(tables[0], [](Torus word) { return word == 0; }));
}

TEST(LookupTables, TheTriangleOf4BitsHasThePublishedBoxes) {
  LookupTables tables(1, 2048);
  std::vector<Torus> half(8);
  for (std::size_t m = 0; m < 8; ++m) half[m] = 7 - 2 * m;

  tables.set(0, half);

  const std::vector<std::pair<std::size_t, Torus>> last_of_box = {
      {127, 7}, {383, 5}, {639, 3}, {895, 1}};
  for (const auto& [position, value] : last_of_box) {
    EXPECT_EQ(tables[0][position], value);
    EXPECT_EQ(tables[0][position + 1], value - 2);
  }
  EXPECT_EQ(tables[0][2047], 0 - Torus{7});
}

TEST(LookupTables, AsManyValuesAsCoefficientsAreTakenAsTheyAre) {
  LookupTables tables(1, 4);
  tables.set(0, std::vector<Torus>{1, 2, 3, 4});
  EXPECT_TRUE(std::ranges::equal(tables[0], std::vector<Torus>{1, 2, 3, 4}));
}

TEST(LookupTables, PartsOfOneRotationAreInterleaved) {
  LookupTables tables(1, 16);

  tables.set_part(0, std::vector<Torus>{1, 2, 3, 4}, 0, 1);
  tables.set_part(0, std::vector<Torus>{50, 60}, 1, 1);

  const Torus last = 0 - Torus{1}, other = 0 - Torus{50};
  const std::vector<Torus> expected = {1, 50, 2, 50, 2, 60,    3,    60,
                                       3, 60, 4, 60, 4, other, last, other};
  EXPECT_TRUE(std::ranges::equal(tables[0], expected));
  expect_error(ErrorCode::invalid_argument, "tables", [&] {
    tables.set_part(0, std::vector<Torus>{1, 2}, 2, 1);
  });
  expect_error(ErrorCode::invalid_argument, "values, expected a power",
               [&] { tables.set_part(0, std::vector<Torus>(16), 0, 1); });
}

TEST(LookupTables, RefuseOtherCounts) {
  LookupTables tables(1, 8);
  expect_error(ErrorCode::invalid_argument, "values, expected a power",
               [&] { tables.set(0, std::vector<Torus>(3)); });
  expect_error(ErrorCode::invalid_argument, "values, expected a power",
               [&] { tables.set(0, std::vector<Torus>(16)); });
  expect_error(ErrorCode::invalid_argument, "expected one below",
               [&] { tables.set(1, std::vector<Torus>(4)); });
}

}  // namespace
}  // namespace basalt::tfhe::lookup_table_test
