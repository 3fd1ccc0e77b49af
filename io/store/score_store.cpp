#include "io/store/score_store.hpp"

#include <algorithm>

#include "io/hdf5/column.hpp"
#include "io/store/described_store.hpp"

namespace basalt::io {
namespace {

constexpr const char* words_name = "words";
constexpr const char* words_meaning = "LWE ciphertexts by row and output: mask, then body";
/// Version 2 came with words of 16 and 32 bits; files with 64 stay at 1.
constexpr std::uint32_t newest_version = 2;

/// Scores that are in memory at once when a file is read by rows.
constexpr std::size_t part_bytes = std::size_t{32} << 20;

std::uint32_t version_for(int word_bits) {
  return word_bits == 64 ? 1 : 2;
}

/// Errors: invalid_argument unless there are files with words of so many bits.
h5::Element element_of(int word_bits) {
  require(word_bits == 16 || word_bits == 32 || word_bits == 64, ErrorCode::invalid_argument,
          "scores: words of ", word_bits, " bits, expected 16, 32 or 64");
  if (word_bits == 64) return h5::Element::u64;
  return word_bits == 32 ? h5::Element::u32 : h5::Element::u16;
}

int bits_of(const h5::Array& words) {
  return static_cast<int>(8 * h5::width_of(words.element()));
}

h5::Array create_words(const h5::FileWriter& file, std::span<const std::uint64_t> extents,
                       int word_bits) {
  return file.root().create_array(words_name, element_of(word_bits), extents,
                                  {concat("torus * 2^", word_bits), words_meaning});
}

/// The upper bits of each word, as many as `Word` has.
template <class Word>
void write_upper(h5::Array& array, std::size_t first, const infer::EncryptedScores& scores) {
  std::vector<Word> upper;
  upper.reserve(scores.words.size());
  for (const tfhe::Torus word : scores.words) {
    upper.push_back(static_cast<Word>(word >> (64 - 8 * sizeof(Word))));
  }
  array.write_rows(first, scores.rows, upper.data());
}

/// Writes rows from `first` on, in the width of the array.
void write_words(h5::Array& array, std::size_t first, const infer::EncryptedScores& scores) {
  switch (array.element()) {
    case h5::Element::u16:
      return write_upper<std::uint16_t>(array, first, scores);
    case h5::Element::u32:
      return write_upper<std::uint32_t>(array, first, scores);
    default:
      array.write_rows(first, scores.rows, scores.words.data());
  }
}

template <class Word>
void read_upper(const h5::Array& array, std::size_t first, infer::EncryptedScores& part) {
  std::vector<Word> upper(part.words.size());
  array.read_rows(array.element(), first, part.rows, upper.data());
  std::ranges::transform(upper, part.words.begin(),
                         [](Word word) { return tfhe::Torus{word} << (64 - 8 * sizeof(Word)); });
}

std::size_t words_per_row(const infer::EncryptedScores& scores) {
  return scores.outputs * (scores.dimension + 1);
}

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

std::filesystem::path path_of(const std::filesystem::path& index_path, const ScoreShard& shard) {
  return index_path.parent_path() / shard.file;
}

/// Errors: not_found with the number of absent shards; mismatch if one has another id.
void require_shards(const std::filesystem::path& index_path, const ScoreIndex& index) {
  std::vector<const ScoreShard*> absent;
  for (const ScoreShard& shard : index.shards) {
    const std::filesystem::path path = path_of(index_path, shard);
    if (!std::filesystem::exists(path)) {
      absent.push_back(&shard);
      continue;
    }
    const Digest found = read_identity(path).id;
    require(found == shard.id, ErrorCode::mismatch, path.string(), ": holds ", found.brief(), ", ",
            index_path.string(), " expects scores ", shard.id.brief(), " of rows ", shard.first_row,
            " to ", shard.first_row + shard.rows);
  }
  if (absent.empty()) return;
  const ScoreShard& first = *absent.front();
  throw Error(ErrorCode::not_found,
              concat(index_path.string(), ": ", absent.size(), " of ", index.shards.size(),
                     " shards ", absent.size() == 1 ? "is" : "are", " missing, the first is ",
                     first.file, " (rows ", first.first_row, " to ", first.first_row + first.rows,
                     "); copy them here or score again"));
}

/// A shard of an index, checked against what the index says of it.
ScoreReader open_shard(const std::filesystem::path& index_path, const ScoreIndex& index,
                       const ScoreShard& shard) {
  const std::filesystem::path path = path_of(index_path, shard);
  ScoreReader reader(path);
  const infer::EncryptedScores& found = reader.header();
  require(reader.id() == shard.id && found.first_row == shard.first_row &&
              found.rows == shard.rows && found.outputs == index.outputs &&
              found.dimension == index.dimension && found.batch_id == index.batch_id,
          ErrorCode::mismatch, path.string(), ": holds scores ", reader.id().brief(), " of ",
          found.rows, " rows from ", found.first_row, ", the index expects ", shard.id.brief(),
          " of ", shard.rows, " rows from ", shard.first_row);
  return reader;
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
  {
    h5::Array words = create_words(file, extents, scores.word_bits);
    write_words(words, 0, scores);
  }
  file.publish({.noun = "scores",
                .version = version_for(scores.word_bits),
                .id = id,
                .parents = parents_of(scores)});
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

ScoreReader::ScoreReader(const std::filesystem::path& path)
    : file_(path, "scores", newest_version), words_(file_.root().open_array(words_name)) {
  require(words_.extents().size() == 3 && words_.extents()[2] > 0, ErrorCode::corrupt,
          words_.where(), ": expected rows, outputs and words of a ciphertext");
  take_parents(file_, header_);
  header_.first_row = static_cast<std::size_t>(file_.root().get<std::uint64_t>("first_row"));
  header_.rows = static_cast<std::size_t>(words_.extents()[0]);
  header_.outputs = static_cast<std::size_t>(words_.extents()[1]);
  header_.dimension = static_cast<std::size_t>(words_.extents()[2]) - 1;
  header_.word_bits = bits_of(words_);
  (void)element_of(header_.word_bits);
  merged_ = file_.root().get<bool>("merged");
}

infer::EncryptedScores ScoreReader::read(std::size_t first, std::size_t count) const {
  infer::EncryptedScores part = header_;
  part.first_row += first;
  part.rows = count;
  part.words.resize(count * words_per_row(part));
  switch (part.word_bits) {
    case 16:
      read_upper<std::uint16_t>(words_, first, part);
      break;
    case 32:
      read_upper<std::uint32_t>(words_, first, part);
      break;
    default:
      words_.read_rows(h5::Element::u64, first, count, part.words.data());
  }
  return part;
}

void ScoreReader::for_each_part(
    const std::function<void(const infer::EncryptedScores&)>& use) const {
  const std::size_t row_bytes = words_per_row(header_) * sizeof(tfhe::Torus);
  const std::size_t most =
      std::max<std::size_t>(1, part_bytes / std::max<std::size_t>(1, row_bytes));
  for (std::size_t first = 0; first < header_.rows; first += most) {
    use(read(first, std::min(most, header_.rows - first)));
  }
}

ScoreFile::ScoreFile(std::filesystem::path path) : path_(std::move(path)) {
  if (read_identity(path_).noun != "scores_index") {
    whole_.emplace(path_);
    return;
  }
  index_ = load_score_index(path_);
  require_shards(path_, *index_);
}

std::size_t ScoreFile::rows() const noexcept {
  return whole_ ? whole_->header().rows : index_->rows;
}

void ScoreFile::for_each_part(const std::function<void(const infer::EncryptedScores&)>& use) const {
  if (whole_) {
    whole_->for_each_part(use);
    return;
  }
  for (const ScoreShard& shard : index_->shards) {
    open_shard(path_, *index_, shard).for_each_part(use);
  }
}

infer::EncryptedScores load_scores(const std::filesystem::path& path) {
  if (read_identity(path).noun != "scores_index") {
    const ScoreReader reader(path);
    infer::EncryptedScores scores = reader.read(0, reader.header().rows);
    require(
        reader.merged() || scores.id() == reader.id(), ErrorCode::corrupt, path.string(),
        ": the content has id ", [&] { return scores.id().brief(); }, ", the file says ",
        reader.id().brief());
    return scores;
  }
  std::optional<infer::EncryptedScores> whole;
  ScoreFile(path).for_each_part([&](const infer::EncryptedScores& part) {
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
  require_shards(index_path, index);
  const std::uint64_t extents[]{index.rows, index.outputs, index.dimension + 1};
  h5::FileWriter file(target);
  file.root().put("first_row", std::uint64_t{0});
  file.root().put("merged", true);
  const int word_bits =
      index.shards.empty() ? 64
                           : open_shard(index_path, index, index.shards.front()).header().word_bits;
  {
    h5::Array words = create_words(file, extents, word_bits);
    for (const ScoreShard& shard : index.shards) {
      const ScoreReader reader = open_shard(index_path, index, shard);
      require(reader.header().word_bits == word_bits, ErrorCode::mismatch, index_path.string(),
              ": shard ", shard.file, " has words of ", reader.header().word_bits,
              " bits, the first shard of ", word_bits);
      reader.for_each_part(
          [&](const infer::EncryptedScores& part) { write_words(words, part.first_row, part); });
    }
  }
  const Digest id = index.id();
  file.publish({.noun = "scores",
                .version = version_for(word_bits),
                .id = id,
                .parents = parents_of(index)});
  return id;
}

}  // namespace basalt::io
