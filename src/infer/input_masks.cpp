// Expansion of seeded masks into windows.
#include "infer/input_masks.hpp"

#include "tfhe/glwe.hpp"

namespace basalt::infer {
namespace {

std::size_t polynomials_of(const tfhe::Parameters& parameters, std::size_t inputs) {
  return (inputs + parameters.N() - 1) / parameters.N();
}

}  // namespace

InputMasks::InputMasks(const tfhe::Parameters& parameters, std::size_t inputs, std::size_t rows)
    : parameters_(parameters),
      k_(parameters.k()),
      N_(parameters.N()),
      polynomials_(polynomials_of(parameters, inputs)),
      words_(rows * words_per_row(parameters, inputs)) {}

std::size_t InputMasks::words_per_row(const tfhe::Parameters& parameters, std::size_t inputs) {
  return polynomials_of(parameters, inputs) * 2 * parameters.big_dimension();
}

void InputMasks::expand(const EncryptedBatch& batch, std::size_t row, std::size_t slot) {
  std::vector<tfhe::Torus> masks(k_ * N_);
  for (std::size_t p = 0; p < polynomials_; ++p) {
    tfhe::expand_masks(parameters_, batch.seed, batch.first_stream + row * polynomials_ + p, masks);
    for (std::size_t c = 0; c < k_; ++c) {
      tfhe::Torus* window = words_.data() + ((slot * polynomials_ + p) * k_ + c) * 2 * N_;
      for (std::size_t i = 0; i < N_; ++i) {
        const tfhe::Torus word = masks[c * N_ + N_ - 1 - i];
        window[i] = word;
        window[N_ + i] = 0 - word;
      }
    }
  }
}

}  // namespace basalt::infer
