#include "tfhe/modulus_switch.hpp"

#include "base/error.hpp"

namespace basalt::tfhe {

void switch_modulus(std::span<const Torus> ciphertext, int log2_modulus,
                    std::span<std::uint32_t> exponents) {
  require(ciphertext.size() == exponents.size() && !ciphertext.empty(), ErrorCode::mismatch,
          "modulus switch: ", ciphertext.size(), " words to ", exponents.size(),
          " exponents, expected equal counts");
  require(log2_modulus >= 1 && log2_modulus <= 31, ErrorCode::invalid_argument,
          "modulus switch: modulus 2^", log2_modulus, ", expected 2^1 to 2^31");
  const int shift = 64 - log2_modulus;
  const Torus half = Torus{1} << (shift - 1);
  const std::size_t n = ciphertext.size() - 1;
  // Errors are halved one by one, so that their sum cannot overflow: dimensions up to 2^20.
  std::int64_t half_errors = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const Torus rounded = (ciphertext[i] + half) >> shift;
    half_errors += static_cast<std::int64_t>((rounded << shift) - ciphertext[i]) / 2;
    exponents[i] = static_cast<std::uint32_t>(rounded & ((Torus{1} << log2_modulus) - 1));
  }
  exponents[n] =
      static_cast<std::uint32_t>((ciphertext[n] + static_cast<Torus>(half_errors)) >> shift);
}

}  // namespace basalt::tfhe
