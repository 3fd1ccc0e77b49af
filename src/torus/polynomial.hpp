// Polynomials modulo X^N + 1 over torus words: exact operations.
#pragma once

#include <cstdint>
#include <span>

#include "torus/torus.hpp"

namespace basalt::torus {

/// out = X^exponent * in, exponent in [0, 2N). Errors: mismatch if the sizes differ; `in` and `out`
/// must not overlap.
void rotate(std::span<const Torus> in, std::size_t exponent, std::span<Torus> out);

/// out += a * b modulo X^N + 1 and 2^64, exactly (Karatsuba). For tests and small sizes.
/// Errors: mismatch if the sizes differ; invalid_argument unless N is a power of two.
void multiply_add(std::span<const Torus> a, std::span<const Torus> b, std::span<Torus> out);

}  // namespace basalt::torus
