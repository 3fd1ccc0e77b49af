#include "io/store/score_store.hpp"

#include <algorithm>

#include "io/hdf5/column.hpp"
#include "io/store/described_store.hpp"

namespace basalt::io {
namespace {

constexpr const char* words_name = "words";
const h5::Notes words_notes{"torus * 2^64", "LWE ciphertexts by row and output: mask, then body"};

std::vector<Parent> parents_of(const auto& scores) {
  return {{"circuit", scores.circuit_id},
          {"client_key", scores.client_key_id},
          {"batch", scores.batch_id}};
}

void take_parents(const h5::FileReader& file, auto& scores) {
  scores.circuit_id = file.parent("circuit");
  scores.client_key_id = file.parent("client_key");
  scores.batch_id = file.parent("batch");
}

void require_no_gap(const ScoreIndex& index, ErrorCode code) {
  std::size_t next = 0;
  for (const ScoreShard& shard : index.shards) {
    require(shard.first_row == next, code, "scores: shard ", shard.file, " begins at row ",
            shard.first_row, ", expected ", next);
    next += shard.rows;
  }
  require(next == index.rows, code, "scores: the shards end at row ", next, ", expected ",
          index.rows);
}

/// Scores of one file of noun "scores".
infer::EncryptedScores load_one(const std::filesystem::path& path) {
  const h5::FileReader file(path, "scores", format_version);
  const h5::Array words = file.root().open_array(words_name);
  require(words.extents().size() == 3 && words.extents()[2] > 0, ErrorCode::corrupt, words.where(),
          ": expected rows, outputs and words of a ciphertext");
  infer::EncryptedScores scores;
  take_parents(file, scores);
  scores.first_row = static_cast<std::size_t>(file.root().get<std::uint64_t>("first_row"));
  scores.rows = static_cast<std::size_t>(words.extents()[0]);
  scores.outputs = static_cast<std::size_t>(words.extents()[1]);
  scores.dimension = static_cast<std::size_t>(words.extents()[2]) - 1;
  scores.words.resize(static_cast<std::size_t>(words.count()));
  words.read(h5::Element::u64, scores.words.data(), scores.words.size() * sizeof(tfhe::Torus));
  if (!file.root().get<bool>("merged")) require_id(file.identity(), scores.id(), path);
  return scores;
}

/// A shard of an index, checked against what the index says of it.
infer::EncryptedScores load_shard(const std::filesystem::path& index_path, const ScoreIndex& index,
                                  const ScoreShard& shard) {
  const std::filesystem::path path = index_path.parent_path() / shard.file;
  infer::EncryptedScores scores;
  try {
    scores = load_one(path);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::not_found,
                cat(path.string(), ": this shard of ", index_path.string(), " (rows ",
                    shard.first_row, " to ", shard.first_row + shard.rows, ") is missing"));
  }
  require(scores.id() == shard.id && scores.first_row == shard.first_row &&
              scores.rows == shard.rows && scores.outputs == index.outputs &&
              scores.dimension == index.dimension && scores.batch_id == index.batch_id,
          ErrorCode::mismatch, path.string(), ": holds scores ", scores.id().brief(), " of ",
          scores.rows, " rows from ", scores.first_row, ", the index expects ", shard.id.brief(),
          " of ", shard.rows, " rows from ", shard.first_row);
  return scores;
}

}  // namespace

Digest ScoreIndex::id() const {
  Hasher hasher("score index");
  hasher.add(circuit_id).add(client_key_id).add(batch_id);
  hasher.add(std::uint64_t{rows}).add(std::uint64_t{outputs}).add(std::uint64_t{dimension});
  for (const ScoreShard& shard : shards) {
    hasher.add(shard.id).add(std::uint64_t{shard.first_row}).add(std::uint64_t{shard.rows});
  }
  return hasher.finish();
}

Digest save(const infer::EncryptedScores& scores, const std::filesystem::path& path) {
  const std::uint64_t extents[]{scores.rows, scores.outputs, scores.dimension + 1};
  require(scores.words.size() == extents[0] * extents[1] * extents[2], ErrorCode::invalid_argument,
          "scores: ", scores.words.size(), " words do not fit ", scores.rows, " rows");
  const Digest id = scores.id();
  h5::FileWriter file(path);
  file.root().put("first_row", std::uint64_t{scores.first_row});
  file.root().put("merged", false);
  file.root().put_array(words_name, h5::Element::u64, extents, scores.words.data(), words_notes);
  file.publish(
      {.noun = "scores", .version = format_version, .id = id, .parents = parents_of(scores)});
  return id;
}

Digest save(const ScoreIndex& index, const std::filesystem::path& path) {
  require_no_gap(index, ErrorCode::invalid_argument);
  std::vector<std::string> files, ids;
  std::vector<std::uint64_t> first_rows, rows;
  for (const ScoreShard& shard : index.shards) {
    files.push_back(shard.file);
    ids.push_back(shard.id.hex());
    first_rows.push_back(shard.first_row);
    rows.push_back(shard.rows);
  }
  const Digest id = index.id();
  h5::FileWriter file(path);
  file.root().put("rows", std::uint64_t{index.rows});
  file.root().put("outputs", std::uint64_t{index.outputs});
  file.root().put("dimension", std::uint64_t{index.dimension});
  file.root().put_table(
      "shards",
      std::vector<h5::Column>{h5::text_column("file", files), h5::text_column("id", ids),
                              h5::number_column<std::uint64_t>("first_row", first_rows),
                              h5::number_column<std::uint64_t>("rows", rows)},
      {"", "files of scores, in the order of their rows"});
  file.publish(
      {.noun = "scores_index", .version = format_version, .id = id, .parents = parents_of(index)});
  return id;
}

ScoreIndex load_score_index(const std::filesystem::path& path) {
  const h5::FileReader file(path, "scores_index", format_version);
  const h5::Group& root = file.root();
  ScoreIndex index;
  take_parents(file, index);
  index.rows = static_cast<std::size_t>(root.get<std::uint64_t>("rows"));
  index.outputs = static_cast<std::size_t>(root.get<std::uint64_t>("outputs"));
  index.dimension = static_cast<std::size_t>(root.get<std::uint64_t>("dimension"));
  const h5::Table table(root, "shards");
  const auto files = table.texts("file"), ids = table.texts("id");
  const auto first_rows = table.numbers<std::uint64_t>("first_row"),
             rows = table.numbers<std::uint64_t>("rows");
  for (std::size_t i = 0; i < files.size(); ++i) {
    index.shards.push_back({files[i], Digest::from_hex(ids[i]),
                            static_cast<std::size_t>(first_rows[i]),
                            static_cast<std::size_t>(rows[i])});
  }
  require_no_gap(index, ErrorCode::corrupt);
  require_id(file.identity(), index.id(), path);
  return index;
}

void for_each_shard(const std::filesystem::path& path,
                    const std::function<void(const infer::EncryptedScores&)>& use) {
  if (read_identity(path).noun != "scores_index") {
    use(load_one(path));
    return;
  }
  const ScoreIndex index = load_score_index(path);
  for (const ScoreShard& shard : index.shards) use(load_shard(path, index, shard));
}

infer::EncryptedScores load_scores(const std::filesystem::path& path) {
  std::optional<infer::EncryptedScores> whole;
  for_each_shard(path, [&](const infer::EncryptedScores& part) {
    if (!whole) {
      whole = part;
      return;
    }
    whole->rows += part.rows;
    whole->words.insert(whole->words.end(), part.words.begin(), part.words.end());
  });
  require(whole.has_value(), ErrorCode::corrupt, path.string(), ": has no shards");
  return *std::move(whole);
}

Digest merge_shards(const std::filesystem::path& index_path, const std::filesystem::path& target) {
  const ScoreIndex index = load_score_index(index_path);
  const std::uint64_t extents[]{index.rows, index.outputs, index.dimension + 1};
  h5::FileWriter file(target);
  file.root().put("first_row", std::uint64_t{0});
  file.root().put("merged", true);
  {
    h5::Array words = file.root().create_array(words_name, h5::Element::u64, extents, words_notes);
    for (const ScoreShard& shard : index.shards) {
      const infer::EncryptedScores part = load_shard(index_path, index, shard);
      words.write_rows(part.first_row, part.rows, part.words.data());
    }
  }
  const Digest id = index.id();
  file.publish(
      {.noun = "scores", .version = format_version, .id = id, .parents = parents_of(index)});
  return id;
}

}  // namespace basalt::io
