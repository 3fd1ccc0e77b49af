// Sums of ciphertexts with integer weights.
#pragma once

#include <span>

#include "torus/kernel_table.hpp"

namespace basalt::torus {

/// out += weight * in, word by word modulo 2^64; negative weights as two's complement.
/// Errors: mismatch if the sizes differ.
void add_scaled(const Kernels& kernels, std::span<Torus> out, std::span<const Torus> in,
                Torus weight);

/// out += sum over terms of weights[term] * in[term], word by word modulo 2^64: one pass over
/// `out`. Shape: every in[term] points to out.size() words. Errors: mismatch if there are not as
/// many weights as inputs.
void add_weighted(const Kernels& kernels, std::span<Torus> out, std::span<const Torus* const> in,
                  std::span<const Torus> weights);

}  // namespace basalt::torus
