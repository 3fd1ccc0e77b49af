// Shards: the rows of a batch in pieces that one rank scores and one file holds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/digest.hpp"

namespace basalt::jobs {

/// Rows [first, first + count) of a batch.
struct Shard {
  std::uint64_t index = 0, first = 0, count = 0;
};

/// What came of a shard.
struct ShardOutcome {
  Shard shard;
  Digest scores_id;                          ///< Of the file that holds its scores.
  std::uint64_t outputs = 0, dimension = 0;  ///< Shape of a row of scores.
  bool reused = false;                       ///< Scored in an earlier process life.
  double seconds = 0.0;
};

/// What decides how large a shard should be.
struct ShardDemand {
  std::uint64_t rows = 0;
  std::uint64_t bootstraps_per_row = 0;
  std::uint64_t score_bytes_per_row = 0;
  double seconds_per_row = 0.0;  ///< Predicted, on one core.
};

/// Rows of one shard: some 32 shards for small batches, so that several ranks have work and little
/// is lost to a kill; no more than 512 rows, 64 MiB of scores or a minute of one core for large
/// ones, so that a kill never costs more. It does not depend on ranks or threads, so that any
/// number of them can resume.
std::uint64_t shard_rows_for(const ShardDemand& demand);

/// All rows in shards of `shard_rows`, the last one possibly smaller.
/// Errors: invalid_argument if `shard_rows` is 0.
std::vector<Shard> plan_shards(std::uint64_t rows, std::uint64_t shard_rows);

}  // namespace basalt::jobs
