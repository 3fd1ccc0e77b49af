// Masks of encrypted rows, laid out so that each input's LWE mask is a window of memory.
#pragma once

#include <span>
#include <vector>

#include "infer/infer.hpp"

namespace basalt::infer {

/// The mask of the LWE ciphertext of coefficient h of a polynomial A is A_h, A_(h-1), …, A_0,
/// -A_(N-1), …, -A_(h+1): N words from N-1-h on of "A reversed, then minus A reversed". So no input
/// is ever written out as a ciphertext.
///
/// Shape: [rows x polynomials of a row x k x 2N].
class InputMasks {
 public:
  InputMasks(const tfhe::Parameters& parameters, std::size_t inputs, std::size_t rows);

  /// Expands the masks of row `row` of the batch into place `slot`.
  void expand(const EncryptedBatch& batch, std::size_t row, std::size_t slot);

  /// Mask words of component `c` of input `input`. Shape: [N].
  std::span<const tfhe::Torus> mask(std::size_t slot, std::size_t input, std::size_t c) const {
    const std::size_t polynomial = slot * polynomials_ + input / N_;
    const std::size_t start = (polynomial * k_ + c) * 2 * N_ + (N_ - 1 - input % N_);
    return std::span(words_).subspan(start, N_);
  }

  /// Memory of one row.
  static std::size_t words_per_row(const tfhe::Parameters& parameters, std::size_t inputs);

 private:
  tfhe::Parameters parameters_;
  std::size_t k_, N_, polynomials_;
  std::vector<tfhe::Torus> words_;
};

}  // namespace basalt::infer
