// Encrypted scores on disk: whole, or as shards of rows below an index that misses none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "infer/infer.hpp"

namespace basalt::io {

/// Writes scores of all or some rows. The parents are circuit, client key and batch. Returns the
/// scores' id. Errors: not_found, io.
Digest save(const infer::EncryptedScores& scores, const std::filesystem::path& path);

/// One shard of an index.
struct ScoreShard {
  std::string file;  ///< Relative to the folder of the index.
  Digest id;
  std::size_t first_row = 0, rows = 0;
};

/// Which files hold the scores of a batch.
struct ScoreIndex {
  Digest circuit_id, client_key_id, batch_id;
  std::size_t rows = 0, outputs = 0, dimension = 0;
  std::vector<ScoreShard> shards;  ///< Ascending, without gaps from row 0 to `rows`.
  Digest id() const;
};

/// Errors: invalid_argument if the shards leave a gap or overlap; not_found, io.
Digest save(const ScoreIndex& index, const std::filesystem::path& path);

/// Scores of a file: a shard, the scores of a whole batch, or the index of shards.
/// Errors: not_found, io; corrupt, mismatch, unsupported as verify().
ScoreIndex load_score_index(const std::filesystem::path& path);

/// Everything at once, from a single file or an index.
/// Errors: as for_each_shard.
infer::EncryptedScores load_scores(const std::filesystem::path& path);

/// Calls `use` with the scores of one shard after the other; only one is in memory.
/// Errors: as load_score_index; not_found if a shard is missing, naming it; mismatch if a file has
/// another id or other rows than the index says.
void for_each_shard(const std::filesystem::path& path,
                    const std::function<void(const infer::EncryptedScores&)>& use);

/// Writes the scores of an index as one file without holding more than a shard. Returns its id.
/// Errors: as for_each_shard.
Digest merge_shards(const std::filesystem::path& index, const std::filesystem::path& target);

}  // namespace basalt::io
