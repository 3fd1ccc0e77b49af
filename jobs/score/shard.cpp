#include "jobs/score/shard.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace basalt::jobs {

std::vector<Shard> plan_shards(std::uint64_t rows, std::uint64_t shard_rows) {
  require(shard_rows > 0, ErrorCode::invalid_argument, "score: shards need at least 1 row");
  std::vector<Shard> shards;
  for (std::uint64_t first = 0; first < rows; first += shard_rows) {
    shards.push_back({shards.size(), first, std::min(shard_rows, rows - first)});
  }
  return shards;
}

}  // namespace basalt::jobs
