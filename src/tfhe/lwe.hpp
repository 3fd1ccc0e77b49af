// Batches of LWE ciphertexts.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "torus/torus.hpp"

namespace basalt::tfhe {

using torus::Torus;

/// `count` LWE ciphertexts (mask of `dimension` words, then the body), one allocation.
class LweBatch {
 public:
  LweBatch() = default;
  LweBatch(std::size_t count, std::size_t dimension)
      : count_(count), dimension_(dimension), words_(count * (dimension + 1)) {}

  std::size_t count() const noexcept { return count_; }
  std::size_t dimension() const noexcept { return dimension_; }
  /// Mask and body of ciphertext `i`. Shape: [dimension + 1].
  std::span<Torus> operator[](std::size_t i) noexcept {
    return std::span(words_).subspan(i * (dimension_ + 1), dimension_ + 1);
  }
  std::span<const Torus> operator[](std::size_t i) const noexcept {
    return std::span(words_).subspan(i * (dimension_ + 1), dimension_ + 1);
  }
  std::span<Torus> words() noexcept { return words_; }
  std::span<const Torus> words() const noexcept { return words_; }

 private:
  std::size_t count_ = 0, dimension_ = 0;
  std::vector<Torus> words_;
};

}  // namespace basalt::tfhe
