#include "jobs/score/shard.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::shard_test {
namespace {

std::uint64_t rows_for(std::uint64_t rows, std::uint64_t bootstraps, std::uint64_t bytes) {
  return shard_rows_for(
      {.rows = rows, .bootstraps_per_row = bootstraps, .score_bytes_per_row = bytes});
}

TEST(Shard, CoversEveryRowOnce) {
  for (const std::uint64_t rows : {0u, 1u, 7u, 8u, 9u, 1000u}) {
    std::uint64_t next = 0;
    for (const Shard& shard : plan_shards(rows, 8)) {
      EXPECT_EQ(shard.first, next);
      EXPECT_GE(shard.count, 1u);
      EXPECT_LE(shard.count, 8u);
      next += shard.count;
    }
    EXPECT_EQ(next, rows);
  }
}

TEST(Shard, NeedsRows) {
  expect_error(ErrorCode::invalid_argument, "shards need at least", [&] { plan_shards(10, 0); });
}

TEST(Shard, TakesNoMoreThanAMinuteOfACore) {
  ShardDemand demand{.rows = 1000000, .bootstraps_per_row = 128, .score_bytes_per_row = 1000};
  demand.seconds_per_row = 0.3;
  EXPECT_EQ(shard_rows_for(demand), 200u);
  demand.seconds_per_row = 100.0;
  EXPECT_EQ(shard_rows_for(demand), 1u);
}

TEST(Shard, IsSmallForSmallBatchesAndBoundedForLargeOnes) {
  EXPECT_EQ(rows_for(48, 32, 1000), 2u);
  EXPECT_EQ(rows_for(64, 128, 1000), 2u);
  EXPECT_EQ(rows_for(10000, 0, 1000), 313u);
  EXPECT_EQ(rows_for(1000000, 128, 1000), 512u);
  EXPECT_EQ(rows_for(1000000, 128, std::uint64_t{1} << 20), 64u);
  EXPECT_EQ(rows_for(10, 128, std::uint64_t{1} << 40), 1u);
}

}  // namespace
}  // namespace basalt::jobs::shard_test
