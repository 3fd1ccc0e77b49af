// How much noise LWE keys of a dimension need for a security level, and the reverse.
#pragma once

#include <cstddef>
#include <span>

#include "tfhe/parameter_chain.hpp"

namespace basalt::tfhe {

/// The levels that can be asked for, ascending: 80, 96, 112, 128, 132, 144, 160, 176, 192, 256.
std::span<const int> security_levels();

/// The smallest dimension that a level allows: below it the fitted lines mean nothing.
/// Errors: invalid_argument with the subject "security" if the level is unknown.
std::size_t minimal_dimension(int security);

/// Smallest deviation, relative to the torus, of Gaussian noise under a binary key of `dimension`
/// bits; infinite below minimal_dimension().
///
/// 128 is served from the line fitted to 132 bits (a margin of 4 bits, as TFHE-rs does); the other
/// levels from their published line or the law of the two newest lines, whichever asks for more.
/// Deviations never fall below 2^-62, 4 units of a 64-bit word.
/// Errors: as minimal_dimension().
/// Source: lattice-estimator fits of concrete (2024-06 and 2024-12, MATZOV cost model; older levels
/// 2022-10 and 2023-01), sum of line and floor variance as TFHE-rs.
double minimal_noise(std::size_t dimension, int security);

/// The same by the published optimizer's own lines: the larger of line and floor.
/// Errors: as minimal_dimension().
double concrete_minimal_noise(std::size_t dimension, int security);

/// Smallest TUniform bound for 132 bits. Source: TFHE-rs 1.7, secure noise.
int minimal_tuniform_bound(std::size_t dimension);

/// Bits of security of one key, interpolated between the lines; 256 means at least 256, and 0 a
/// dimension or a noise (below 4 units of a word) that no line covers.
double security_bits(std::size_t dimension, double deviation);

/// The weaker of both keys; of the GLWE key alone without bootstrap.
double security_bits(const Parameters& parameters);
/// Of the weakest stage.
double security_bits(const ParameterChain& parameters);

}  // namespace basalt::tfhe
