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
  Digest scores_id;  ///< Of the file that holds its scores.
  std::uint64_t bootstraps = 0;
  double seconds = 0.0;
};

/// All rows in shards of `shard_rows`, the last one possibly smaller.
/// Errors: invalid_argument if `shard_rows` is 0.
std::vector<Shard> plan_shards(std::uint64_t rows, std::uint64_t shard_rows);

}  // namespace basalt::jobs
