// Ids of encrypted batches and scores, and the rounding of scores.
#include "base/error.hpp"
#include "infer/infer.hpp"

namespace basalt::infer {

Digest EncryptedBatch::id() const {
  Hasher hasher("encrypted batch");
  hasher.add(circuit_id).add(client_key_id).add(std::span<const std::uint8_t>(seed));
  hasher.add(first_stream).add(rows).add(inputs);
  return hasher.finish();
}

void round_words(std::span<tfhe::Torus> words, int bits) {
  require(1 <= bits && bits <= 64, ErrorCode::invalid_argument, "scores: words of ", bits,
          " bits, expected 1 to 64");
  if (bits == 64) return;
  const tfhe::Torus half = tfhe::Torus{1} << (63 - bits);
  const tfhe::Torus kept = ~tfhe::Torus{0} << (64 - bits);
  for (tfhe::Torus& word : words) word = (word + half) & kept;
}

void round_words(EncryptedScores& scores, int bits) {
  round_words(std::span(scores.words), bits);
  scores.word_bits = bits;
}

Digest EncryptedScores::id() const {
  Hasher hasher("encrypted scores");
  hasher.add(circuit_id).add(client_key_id).add(batch_id);
  hasher.add(first_row).add(rows).add(outputs).add(dimension);
  hasher.add_values(std::span<const tfhe::Torus>(words));
  return hasher.finish();
}

}  // namespace basalt::infer
