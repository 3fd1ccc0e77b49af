#include "infer/encryptor.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace basalt::infer {

using tfhe::Torus;

Encryptor::Encryptor(const circuit::Circuit& circuit, const tfhe::ClientKey& key,
                     const torus::Kernels& kernels)
    : circuit_(circuit),
      key_(key),
      encryptor_(key.stage(0), kernels),
      whole_{.circuit_id = circuit.id(),
             .client_key_id = key.id(),
             .seed = SecureRandom::mask_seed(),
             .first_stream = 0,
             .rows = 0,
             .inputs = circuit.encoded.preprocessing.quantizers.size(),
             .bodies = {}} {
  const Digest expected = circuit.parameters.id(), actual = key.parameters().id();
  require(expected == actual, ErrorCode::mismatch,
          "encrypt: the client key was made for parameters ", actual.brief(),
          ", the circuit is run with parameters ", expected.brief());
}

EncryptedBatch Encryptor::header(std::size_t rows) const {
  EncryptedBatch batch = whole_;
  batch.rows = rows;
  return batch;
}

EncryptedBatch Encryptor::encrypt(const Matrix<double>& features) {
  const ir::EncodedGraph& encoded = circuit_.encoded;
  const Matrix<ir::Integer> integers = quantize_rows(encoded.preprocessing, features);
  const int scale = encoded.encodings.front().log2_scale;
  EncryptedBatch batch = header(static_cast<std::size_t>(integers.rows()));
  batch.first_stream = next_stream_;
  batch.bodies.resize(batch.rows * batch.inputs);

  const std::size_t N = key_.stage(0).parameters().N();
  std::vector<Torus> messages(batch.inputs);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    const ir::Integer* values = integers.row(static_cast<Eigen::Index>(row)).data();
    for (std::size_t i = 0; i < batch.inputs; ++i) messages[i] = ir::torus_word(values[i], scale);
    for (std::size_t first = 0; first < batch.inputs; first += N) {
      const std::size_t count = std::min(N, batch.inputs - first);
      const auto bodies = std::span(batch.bodies).subspan(row * batch.inputs + first, count);
      std::ranges::copy(std::span(messages).subspan(first, count), bodies.begin());
      encryptor_.encrypt(batch.seed, next_stream_++, random_, bodies);
    }
  }
  return batch;
}

}  // namespace basalt::infer
