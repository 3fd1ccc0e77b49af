#include "base/random.hpp"

#include <sodium.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/error.hpp"

namespace basalt {
namespace {

static_assert(std::endian::native == std::endian::little, "streams are defined as little-endian");

/// ChaCha20 key stream: block `position` (64 bytes each) on, under `key` and `nonce`.
void key_stream(void* out, std::size_t size, const std::uint8_t* key, std::uint64_t nonce,
                std::uint64_t position) {
  std::memset(out, 0, size);
  unsigned char nonce_bytes[crypto_stream_chacha20_NONCEBYTES];
  std::memcpy(nonce_bytes, &nonce, sizeof nonce_bytes);
  auto* bytes = static_cast<unsigned char*>(out);
  crypto_stream_chacha20_xor_ic(bytes, bytes, size, nonce_bytes, position, key);
}

std::array<std::uint8_t, 32> derive_key(std::span<const std::uint8_t> parent, std::string_view name,
                                        std::uint64_t index) {
  std::array<std::uint8_t, 32> key;
  crypto_generichash_state state;
  crypto_generichash_init(&state, parent.data(), parent.size(), key.size());
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&index), sizeof index);
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(name.data()),
                            name.size());
  crypto_generichash_final(&state, key.data(), key.size());
  return key;
}

/// One pair of independent standard normal deviates from a source of uniforms in (-1, 1).
template <class Uniform>
std::pair<double, double> polar_pair(Uniform uniform) {
  double u, v, s;
  do {
    u = uniform();
    v = uniform();
    s = u * u + v * v;
  } while (s >= 1.0 || s == 0.0);
  const double factor = std::sqrt(-2.0 * std::log(s) / s);
  return {u * factor, v * factor};
}

}  // namespace

RandomStream::RandomStream(Seed seed) {
  std::array<std::uint8_t, 32> root{};
  std::memcpy(root.data(), &seed.value, sizeof seed.value);
  key_ = derive_key(root, "basalt random stream", 0);
}

RandomStream RandomStream::child(std::string_view name, std::uint64_t index) const {
  return RandomStream(derive_key(key_, name, index));
}

void RandomStream::refill() {
  key_stream(block_.data(), sizeof block_, key_.data(), 0, block_index_ * (sizeof block_ / 64));
  ++block_index_;
  used_ = 0;
}

std::uint64_t RandomStream::next() {
  if (used_ == block_.size()) refill();
  return block_[used_++];
}

double RandomStream::uniform() {
  return static_cast<double>(next() >> 11) * 0x1p-53;
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
  require(bound > 0, ErrorCode::invalid_argument, "random: bound is 0, expected at least 1");
  const std::uint64_t rejected = (0 - bound) % bound;
  std::uint64_t word = next();
  while (word < rejected) word = next();
  return word % bound;
}

double RandomStream::gaussian() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const auto [first, second] = polar_pair([this] { return 2.0 * uniform() - 1.0; });
  spare_ = second;
  has_spare_ = true;
  return first;
}

std::vector<std::size_t> RandomStream::permutation(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[below(i)]);
  return order;
}

void MaskStream::fill(std::span<std::uint64_t> words) {
  // Each call starts at a fresh 64-byte block, so the words do not depend on how calls are split
  // as long as the same sizes are asked for in the same order.
  key_stream(words.data(), words.size_bytes(), seed_.data(), index_, position_);
  position_ += (words.size_bytes() + 63) / 64;
}

SecureRandom::SecureRandom() {
  require(sodium_init() >= 0, ErrorCode::internal, "random: libsodium cannot be initialised");
  randombytes_buf(key_.data(), key_.size());
}

SecureRandom::~SecureRandom() {
  sodium_memzero(key_.data(), key_.size());
  sodium_memzero(block_.data(), sizeof block_);
}

void SecureRandom::refill() {
  key_stream(block_.data(), sizeof block_, key_.data(), 0, block_index_ * (sizeof block_ / 64));
  ++block_index_;
  used_ = 0;
}

std::uint64_t SecureRandom::next() {
  if (used_ == block_.size()) refill();
  return std::exchange(block_[used_++], 0);
}

void SecureRandom::fill(std::span<std::uint64_t> words) {
  for (std::uint64_t& word : words) word = next();
}

double SecureRandom::gaussian() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const auto [first, second] = polar_pair(
      [this] { return static_cast<double>(static_cast<std::int64_t>(next()) >> 10) * 0x1p-53; });
  spare_ = second;
  has_spare_ = true;
  return first;
}

MaskSeed SecureRandom::mask_seed() {
  require(sodium_init() >= 0, ErrorCode::internal, "random: libsodium cannot be initialised");
  MaskSeed seed;
  randombytes_buf(seed.data(), seed.size());
  return seed;
}

}  // namespace basalt
