// What the lanes of a step's middle are. Compiled once per instruction set.
#pragma once

#include "torus/detail/transform.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

/// Ciphertexts, which share twiddles and key.
struct CiphertextLanes {
  using Twiddles = SharedTwiddles;
  BASALT_INLINE V key_word(const double* key, std::size_t i) { return every(key[i]); }
  BASALT_INLINE I leaf_power(const std::uint32_t* powers, std::size_t leaf) {
    return every(std::uint64_t{powers[leaf]});
  }
};

/// The blocks of one ciphertext's polynomials, each with twiddles and key of its own.
struct BlockLanes {
  using Twiddles = LaneTwiddles;
  BASALT_INLINE V key_word(const double* key, std::size_t i) { return load(key + i * lanes); }
  BASALT_INLINE I leaf_power(const std::uint32_t* powers, std::size_t leaf) {
    const hn::Rebind<std::uint32_t, Words> half;
    return hn::PromoteTo(Words(), hn::LoadU(half, powers + leaf * lanes));
  }
};

/// Leaves whose key words are brought side by side at once: two, so that their words are a multiple
/// of the lanes.
constexpr std::size_t tile_leaves = 2;

/// The next `count` words of every block's part of the key, side by side. The parts lie `apart`
/// numbers from each other.
BASALT_INLINE void collect_key(const double* key, std::size_t apart, std::size_t count,
                               double* out) {
  for (std::size_t i = 0; i < count; i += lanes, out += lanes * lanes) {
    I r[lanes];
    BASALT_UNROLL
    for (std::size_t b = 0; b < lanes; ++b) {
      r[b] = as_words(hn::LoadU(Doubles(), key + b * apart + i));
    }
    transpose(r);
    BASALT_UNROLL
    for (std::size_t j = 0; j < lanes; ++j) store(as_doubles(r[j]), out + j * lanes);
  }
}

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
