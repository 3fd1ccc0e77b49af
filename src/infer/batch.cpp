// Ids of encrypted batches and scores.
#include "infer/infer.hpp"

namespace basalt::infer {

Digest EncryptedBatch::id() const {
  Hasher hasher("encrypted batch");
  hasher.add(circuit_id).add(client_key_id).add(std::span<const std::uint8_t>(seed));
  hasher.add(first_stream).add(rows).add(inputs);
  return hasher.finish();
}

Digest EncryptedScores::id() const {
  Hasher hasher("encrypted scores");
  hasher.add(circuit_id).add(client_key_id).add(batch_id);
  hasher.add(first_row).add(rows).add(outputs).add(dimension);
  hasher.add_values(std::span<const tfhe::Torus>(words));
  return hasher.finish();
}

}  // namespace basalt::infer
