// Sums of ciphertexts with integer weights.
#pragma once

#include <span>

#include "torus/kernel_table.hpp"

namespace basalt::torus {

/// out += weight * in, word by word modulo 2^64; negative weights as two's complement.
/// Errors: mismatch if the sizes differ.
void add_scaled(const Kernels& kernels, std::span<Torus> out, std::span<const Torus> in,
                Torus weight);

}  // namespace basalt::torus
