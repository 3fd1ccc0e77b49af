// What an operation costs: in abstract operations, in seconds of a reference core, in bytes.
#pragma once

#include <cstddef>

#include "base/strong.hpp"
#include "tfhe/parameter_chain.hpp"

namespace basalt::tfhe {

/// Operations of one key switch from `from` to `to` bits.
/// Source: cost model of concrete's optimizer; also the "algorithmic cost" of TFHE-rs.
double keyswitch_operations(std::size_t from, std::size_t to, const Decomposition& digits);

/// Operations of one external product with its transforms. Source: as keyswitch_operations().
double external_product_operations(std::size_t k, std::size_t N, const Decomposition& digits);

/// Operations of one bootstrap with its key switch; with two bits per step also those that bundle
/// the rows of a step. 0 without bootstrap.
double bootstrap_operations(const ParameterSpec& spec);

/// Decompositions of at most so many bits have accumulators of 32 bits, others of 64.
inline constexpr int most_bits_of_short_accumulators = 30;

/// Time of our batched kernels, fitted to measurements. The choice of parameters rests on it, so it
/// is fixed: it never follows the machine at hand.
///
/// A step of the blind rotation takes
///   (k+1)(l+1) N (transform_per_level log2 N + transform) + (k+1)^2 l N product
/// nanoseconds, with two bits per step also (k+1)^2 l N bundle + N monomials, times 1 +
/// large_growth per doubling of N beyond 2048, times `wide` where decompositions of more than 30
/// bits need accumulators of 64.
/// Key switches and linear layers are integer matrix products over the batch.
/// Units: nanoseconds, but for the two factors.
struct CostModel {
  double transform_per_level = 0.0102, transform = 0.265;
  double product = 0.051, bundle = 0.10, monomials = 0.30;
  double large_growth = 0.15, wide = 1.15;
  double keyswitch_per_product = 0.0165;  ///< Per digit times word of the switching key.
  double linear_per_product = 0.08;       ///< Per weight times word of a ciphertext.
};

/// One core of an AMD EPYC of the fifth generation, AVX-512, ciphertexts in batches of 64 (4 to 16
/// from N = 8192). Measurements of 14 sets from N = 256 to 16384, k = 1 to 6 and 1 to 4 levels lie
/// within 8 % of it, with two bits per step within 12 %.
CostModel reference_cost_model();

/// One step of the blind rotation: `spec.group` key bits of one ciphertext.
Seconds blind_rotation_step_seconds(const ParameterSpec& spec, const CostModel& model);

/// A key switch from `source` bits to the small key of `spec`.
Seconds keyswitch_seconds(const ParameterSpec& spec, std::size_t source, const CostModel& model);
/// From the set's own big key.
Seconds keyswitch_seconds(const ParameterSpec& spec, const CostModel& model);

/// Key switch and bootstrap of one ciphertext of a batch. 0 without bootstrap.
Seconds bootstrap_seconds(const ParameterSpec& spec, std::size_t source, const CostModel& model);
/// From the set's own big key.
Seconds bootstrap_seconds(const ParameterSpec& spec, const CostModel& model);

/// `products` clear weights times ciphertexts under the big key.
Seconds linear_seconds(const ParameterSpec& spec, std::size_t products, const CostModel& model);

/// The evaluation key as it is stored: bodies of all sets, the masks being seeds.
Bytes evaluation_key_bytes(const ParameterChain& parameters);

}  // namespace basalt::tfhe
