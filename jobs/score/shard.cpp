#include "jobs/score/shard.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::jobs {

std::uint64_t shard_rows_for(const ShardDemand& demand) {
  constexpr std::uint64_t wanted_shards = 32, most_rows = 512;
  constexpr std::uint64_t most_bytes = std::uint64_t{64} << 20;
  constexpr double most_seconds = 60.0;
  constexpr std::uint64_t full_batch = 64;  // bootstraps that keep a core's batches full
  const std::uint64_t least = std::clamp<std::uint64_t>(
      full_batch / std::max<std::uint64_t>(1, demand.bootstraps_per_row), 1, full_batch);
  const std::uint64_t fitting = std::max<std::uint64_t>(
      1, most_bytes / std::max<std::uint64_t>(1, demand.score_bytes_per_row));
  const std::uint64_t even = (demand.rows + wanted_shards - 1) / wanted_shards;
  const double timely =
      std::max(1.0, std::floor(most_seconds / std::max(1e-9, demand.seconds_per_row)));
  const std::uint64_t chosen = std::min({std::max(even, least), most_rows, fitting});
  return timely < static_cast<double>(chosen) ? static_cast<std::uint64_t>(timely) : chosen;
}

std::vector<Shard> plan_shards(std::uint64_t rows, std::uint64_t shard_rows) {
  require(shard_rows > 0, ErrorCode::invalid_argument, "score: shards need at least 1 row");
  std::vector<Shard> shards;
  for (std::uint64_t first = 0; first < rows; first += shard_rows) {
    shards.push_back({shards.size(), first, std::min(shard_rows, rows - first)});
  }
  return shards;
}

}  // namespace basalt::jobs
