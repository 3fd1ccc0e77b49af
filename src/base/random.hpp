// Random numbers: reproducible streams for learning, the system's generator for secrets.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace basalt {

/// The number that determines everything random below it, except keys and encryption.
struct Seed {
  std::uint64_t value = 0;
};

/// A reproducible stream of random numbers (ChaCha20 of libsodium), identified by its seed and the
/// names of its ancestors. Never use it for keys, masks or noise of ciphertexts.
class RandomStream {
 public:
  explicit RandomStream(Seed seed);

  /// An independent stream that depends on the names only, not on what was drawn before.
  RandomStream child(std::string_view name, std::uint64_t index = 0) const;

  std::uint64_t next();
  /// Uniform in [0, 1) with 53 bits.
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform integer in [0, bound), without bias. Errors: invalid_argument if bound is 0.
  std::uint64_t below(std::uint64_t bound);
  /// Standard normal deviate (polar method).
  double gaussian();
  /// Fisher-Yates permutation of 0..count-1.
  std::vector<std::size_t> permutation(std::size_t count);

 private:
  explicit RandomStream(const std::array<std::uint8_t, 32>& key) : key_(key) {}
  void refill();

  std::array<std::uint8_t, 32> key_{};
  std::array<std::uint64_t, 64> block_{};
  std::uint64_t block_index_ = 0;
  std::size_t used_ = 64;
  double spare_ = 0.0;
  bool has_spare_ = false;
};

/// A public 256-bit seed of ciphertext masks, drawn from the operating system.
using MaskSeed = std::array<std::uint8_t, 32>;

/// Expands a public mask seed to uniform words. The same seed and domain always give the same
/// words, on every machine.
class MaskStream {
 public:
  /// `index` selects one of 2^64 independent streams of the seed (one per ciphertext).
  MaskStream(const MaskSeed& seed, std::uint64_t index) : seed_(seed), index_(index) {}
  /// Fills `words` with the next words of the stream.
  void fill(std::span<std::uint64_t> words);

 private:
  MaskSeed seed_;
  std::uint64_t index_;
  std::uint64_t position_ = 0;
};

/// Secret randomness: a ChaCha20 stream under a key from the operating system's generator. It has
/// no constructor from a seed, so that nothing reproducible can reach a key or a ciphertext.
class SecureRandom {
 public:
  SecureRandom();
  ~SecureRandom();
  SecureRandom(const SecureRandom&) = delete;
  SecureRandom& operator=(const SecureRandom&) = delete;

  void fill(std::span<std::uint64_t> words);
  std::uint64_t next();
  /// Standard normal deviate with 53 bits, by the polar method.
  double gaussian();
  /// A fresh public seed.
  static MaskSeed mask_seed();

 private:
  void refill();

  std::array<std::uint8_t, 32> key_{};
  std::array<std::uint64_t, 512> block_{};
  std::uint64_t block_index_ = 0;
  std::size_t used_ = 512;
  double spare_ = 0.0;
  bool has_spare_ = false;
};

}  // namespace basalt
