// Encrypted scores on disk: whole, or as shards of rows below an index that misses none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "infer/infer.hpp"
#include "io/hdf5/hdf5_file.hpp"

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

/// Errors: not_found, io; corrupt, mismatch, unsupported as verify().
ScoreIndex load_score_index(const std::filesystem::path& path);

/// One file of scores, read by rows, so that it may be larger than memory.
class ScoreReader {
 public:
  /// Verifies the whole file once. Errors: as load_score_index.
  explicit ScoreReader(const std::filesystem::path& path);

  const Digest& id() const noexcept { return file_.identity().id; }
  /// Whether it was joined from shards: its id is then that of their index.
  bool merged() const noexcept { return merged_; }
  /// Ids and shape, without words.
  const infer::EncryptedScores& header() const noexcept { return header_; }

  /// Rows [first, first + count) of this file. Errors: invalid_argument if there are no such rows.
  infer::EncryptedScores read(std::size_t first, std::size_t count) const;
  /// All rows, some 32 MiB at a time.
  void for_each_part(const std::function<void(const infer::EncryptedScores&)>& use) const;

 private:
  h5::FileReader file_;
  h5::Array words_;
  infer::EncryptedScores header_;
  bool merged_ = false;
};

/// The scores of a batch: one file, or the index of shards. Only some rows are in memory.
class ScoreFile {
 public:
  /// Looks at every shard of an index, so that nothing begins that cannot end.
  /// Errors: as load_score_index; not_found if shards are missing, with their number and the first;
  /// mismatch, naming it, if one holds other scores than the index says.
  explicit ScoreFile(std::filesystem::path path);

  std::size_t rows() const noexcept;
  /// Calls `use` with some rows after the other, in order. Errors: as the constructor.
  void for_each_part(const std::function<void(const infer::EncryptedScores&)>& use) const;

 private:
  std::filesystem::path path_;
  std::optional<ScoreReader> whole_;
  std::optional<ScoreIndex> index_;
};

/// Everything at once, from a single file or an index.
/// Errors: as ScoreFile; corrupt if the content of a single file has another id.
infer::EncryptedScores load_scores(const std::filesystem::path& path);

/// Writes the scores of an index as one file without holding more than some rows. Returns its id.
/// Errors: as ScoreFile.
Digest merge_shards(const std::filesystem::path& index, const std::filesystem::path& target);

}  // namespace basalt::io
