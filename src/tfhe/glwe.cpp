#include "tfhe/glwe.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace basalt::tfhe {

void expand_masks(const Parameters& parameters, const MaskSeed& seed, std::uint64_t index,
                  std::span<Torus> masks) {
  require(masks.size() == parameters.big_dimension(), ErrorCode::mismatch, "masks: room for ",
          masks.size(), " words, expected ", parameters.big_dimension());
  MaskStream(seed, index).fill(masks);
}

void sample_extract(std::span<const Torus> masks, Torus body, std::size_t k, std::size_t N,
                    std::size_t position, std::span<Torus> out) {
  require(masks.size() == k * N && out.size() == k * N + 1 && position < N, ErrorCode::mismatch,
          "sample extraction: coefficient ", position, " of masks of ", masks.size(),
          " words to a ciphertext of ", out.size(), ", expected a coefficient below ", N, ", ",
          k * N, " words and one more");
  for (std::size_t c = 0; c < k; ++c) {
    const auto mask = masks.subspan(c * N, N);
    const auto to = out.subspan(c * N, N);
    for (std::size_t t = 0; t <= position; ++t) to[t] = mask[position - t];
    for (std::size_t t = position + 1; t < N; ++t) to[t] = 0 - mask[N + position - t];
  }
  out.back() = body;
}

Torus phase(const SecretStageKeys& key, std::span<const Torus> mask, Torus body) {
  const auto bits = key.glwe();
  require(mask.size() == bits.size(), ErrorCode::mismatch, "phase: a mask of ", mask.size(),
          " words, the key expects ", bits.size());
  Torus sum = body;
  for (std::size_t i = 0; i < bits.size(); ++i) sum -= mask[i] * bits[i];
  return sum;
}

Torus phase(const SecretStageKeys& key, std::span<const Torus> ciphertext) {
  require(!ciphertext.empty(), ErrorCode::mismatch, "phase: a ciphertext without words");
  return phase(key, ciphertext.first(ciphertext.size() - 1), ciphertext.back());
}

}  // namespace basalt::tfhe
