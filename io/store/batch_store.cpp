#include "io/store/batch_store.hpp"

#include "io/store/described_store.hpp"

namespace basalt::io {
namespace {

infer::EncryptedBatch header_of(const h5::FileReader& file, const h5::Array& bodies) {
  require(bodies.extents().size() == 2, ErrorCode::corrupt, bodies.where(),
          ": expected rows and inputs");
  infer::EncryptedBatch batch;
  batch.circuit_id = file.parent("circuit");
  batch.client_key_id = file.parent("client_key");
  batch.first_stream = file.root().get<std::uint64_t>("first_stream");
  batch.rows = static_cast<std::size_t>(bodies.extents()[0]);
  batch.inputs = static_cast<std::size_t>(bodies.extents()[1]);
  file.root().open_array("seed").read(h5::Element::u8, batch.seed.data(), batch.seed.size());
  return batch;
}

}  // namespace

Digest save(const infer::EncryptedBatch& batch, const std::filesystem::path& path) {
  infer::EncryptedBatch header = batch;
  header.bodies.clear();
  BatchWriter writer(path, header);
  writer.append(batch);
  return writer.publish();
}

BatchWriter::BatchWriter(const std::filesystem::path& path, const infer::EncryptedBatch& header)
    : file_(path), header_(header) {
  const h5::Group& root = file_.root();
  const std::uint64_t extents[]{header.rows, header.inputs};
  root.put("first_stream", header.first_stream);
  root.put_vector<std::uint8_t>("seed", header.seed, {"", "public seed of the masks"});
  bodies_.emplace(root.create_array(
      "bodies", h5::Element::u64, extents,
      {"torus * 2^64", "bodies of the GLWE ciphertexts, one row per data point"}));
}

void BatchWriter::append(const infer::EncryptedBatch& part) {
  require(part.bodies.size() == part.rows * part.inputs, ErrorCode::invalid_argument, "batch: has ",
          part.bodies.size(), " bodies, expected ", part.rows, " x ", part.inputs);
  require(part.seed == header_.seed && part.inputs == header_.inputs &&
              part.rows <= header_.rows - written_ &&
              (written_ > 0 || part.first_stream == header_.first_stream),
          ErrorCode::mismatch, "batch: ", part.rows, " rows do not follow the first ", written_,
          " of ", header_.rows);
  bodies_->write_rows(written_, part.rows, part.bodies.data());
  written_ += part.rows;
}

Digest BatchWriter::publish() {
  require(written_ == header_.rows, ErrorCode::mismatch, "batch: ", written_,
          " rows were written, ", header_.rows, " expected");
  bodies_.reset();
  const Digest id = header_.id();
  file_.publish(
      {.noun = "batch",
       .version = format_version,
       .id = id,
       .parents = {{"circuit", header_.circuit_id}, {"client_key", header_.client_key_id}}});
  return id;
}

infer::EncryptedBatch load_batch(const std::filesystem::path& path) {
  const h5::FileReader file(path, "batch", format_version);
  const h5::Array bodies = file.root().open_array("bodies");
  infer::EncryptedBatch batch = header_of(file, bodies);
  batch.bodies.resize(batch.rows * batch.inputs);
  bodies.read(h5::Element::u64, batch.bodies.data(), batch.bodies.size() * sizeof(tfhe::Torus));
  require_id(file.identity(), batch.id(), path);
  return batch;
}

BatchReader::BatchReader(const std::filesystem::path& path)
    : file_(path, "batch", format_version),
      bodies_(file_.root().open_array("bodies")),
      whole_(header_of(file_, bodies_)) {
  require_id(file_.identity(), whole_.id(), path);
}

infer::EncryptedBatch BatchReader::read(std::size_t first, std::size_t count,
                                        std::size_t polynomial_size) const {
  infer::EncryptedBatch part = whole_;
  const std::size_t streams_per_row = (part.inputs + polynomial_size - 1) / polynomial_size;
  require(first <= rows() && count <= rows() - first, ErrorCode::invalid_argument, bodies_.where(),
          ": rows ", first, " to ", first + count, " are asked for, it has ", rows());
  part.first_stream += first * streams_per_row;
  part.rows = count;
  part.bodies.resize(count * part.inputs);
  bodies_.read_rows(h5::Element::u64, first, count, part.bodies.data());
  return part;
}

}  // namespace basalt::io
