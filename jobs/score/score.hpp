// Scoring a batch of encrypted rows on any number of ranks, through any number of interruptions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "infer/infer.hpp"
#include "jobs/comm/communicator.hpp"
#include "jobs/farm/farm.hpp"
#include "jobs/score/shard.hpp"

namespace basalt::jobs {

struct ScoreSpec {
  std::filesystem::path circuit, evaluation_key, batch, target;
  std::uint64_t shard_rows = 0;  ///< Rows of a shard; 0: chosen by shard_rows_for().
  /// No shard is begun that would likely end later than this; 0: no limit. At least one is done.
  double most_seconds = 0.0;
  bool keep_shards = false;  ///< The target is an index and the shards stay files of their own.
  std::function<infer::Engine&()> engine;  ///< Used by one thread at a time.
  /// Rank 0, as shards end: rows done in all, of how many; rows found done by earlier processes.
  std::function<void(std::uint64_t done, std::uint64_t rows, std::uint64_t reused)> on_rows;
  std::function<Interruption()> interruption;
  std::function<void()> leave;  ///< As FarmOptions::leave.
};

/// Rank 0 knows the counts, the others only how it ended.
struct ScoreResult {
  std::uint64_t rows = 0, reused_rows = 0;  ///< Done in all, and by earlier processes.
  std::uint64_t batch_rows = 0;
  std::uint64_t bootstraps = 0;  ///< Of the rows that are done.
  bool interrupted = false;
  std::size_t lost_ranks = 0;  ///< If not 0, see Session::abandon().
  double seconds = 0.0;
};

/// Scores shards of rows, each into a file of its own in the folder `TARGET.parts`, and joins them
/// into the target once all are there (or makes the target their index). What an earlier process
/// life has finished is verified and kept. Memory holds the key and one shard, however large the
/// batch is.
///
/// Collective: on all ranks.
/// Errors: on all ranks; mismatch, naming the ids, if circuit, key, batch and parts do not belong
/// together; corrupt if a file is damaged; those of the stores.
ScoreResult run_score(const ScoreSpec& spec, Communicator& comm);

/// The folder of a target's shards.
std::filesystem::path parts_of(const std::filesystem::path& target);

}  // namespace basalt::jobs
