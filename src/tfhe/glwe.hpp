// Masks of seeded GLWE ciphertexts, sample extraction and phases.
#pragma once

#include <cstdint>
#include <span>

#include "base/random.hpp"
#include "tfhe/client_key.hpp"
#include "tfhe/lwe.hpp"

namespace basalt::tfhe {

/// The k mask polynomials of stream `index`. Shape: [k x N].
void expand_masks(const Parameters& parameters, const MaskSeed& seed, std::uint64_t index,
                  std::span<Torus> masks);

/// The LWE ciphertext (big key) of coefficient `position`: mask words to `out`, body last.
void sample_extract(std::span<const Torus> masks, Torus body, std::size_t k, std::size_t N,
                    std::size_t position, std::span<Torus> out);

/// body - <mask, big key>: message plus noise. Errors: mismatch if the mask is not of the key's
/// size.
Torus phase(const SecretStageKeys& key, std::span<const Torus> mask, Torus body);
/// The same of mask and body in one. Shape: [k * N + 1].
Torus phase(const SecretStageKeys& key, std::span<const Torus> ciphertext);

}  // namespace basalt::tfhe
