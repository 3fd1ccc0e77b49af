// Modulus switching: from torus words to exponents of X.
#pragma once

#include <cstdint>
#include <span>

#include "tfhe/lwe.hpp"

namespace basalt::tfhe {

/// Exponents modulo 2^log2_modulus (2N) of one ciphertext, mask first, body last.
///
/// Masks are rounded to nearest. Half of the sum of their rounding errors, which is its mean over
/// binary keys, is added to the body; the body is rounded down, so that the phase is centred on
/// -1/2 of a step: the middle of the box [-r/2, r/2 - 1] that one table entry has.
/// Noise:  centred modulus switch variance of noise.hpp.
/// Errors: mismatch unless the sizes agree; invalid_argument unless 1 <= log2_modulus <= 31.
/// Source: de Ruijter, D'Anvers, Verbauwhede, eprint 2025/809.
void switch_modulus(std::span<const Torus> ciphertext, int log2_modulus,
                    std::span<std::uint32_t> exponents);

}  // namespace basalt::tfhe
