// Variance of the error after each operation, and the probability that an error is too large.
//
// Units: variances relative to the torus (q = 1) squared. Keys are binary. Errors are taken as
// independent, centred and Gaussian; measured networks agree (tests, bench/RESULTS.md).
#pragma once

#include <cstddef>
#include <vector>

#include "base/strong.hpp"
#include "tfhe/parameter_chain.hpp"

namespace basalt::tfhe {

/// Whose formulas.
enum class NoiseModel {
  tfhe_rs,  ///< Those by which TFHE-rs chooses its parameters.
  basalt  ///< The same with what we know better: digits of small bases, the body's rounding, and an
          ///< upper bound of what the transforms of our kernels were measured to add.
};

/// Variance of a fresh encryption with deviation `noise`.
inline Variance fresh_variance(double noise) {
  return {noise * noise};
}

/// What a key switch adds per bit of the key it comes from, when the switching key has variance
/// `key_variance`.
///
/// A digit of +-B/2 is chosen so that the next one is not: all but the lowest digit have a mean
/// square below (B^2 + 2) / 12, which only NoiseModel::basalt counts.
/// Source: Bergerat et al., eprint 2022/704; rounding terms as TFHE-rs.
Variance keyswitch_variance_per_bit(const Decomposition& digits, Variance key_variance,
                                    NoiseModel model = NoiseModel::basalt);

/// What the key switch of `spec` adds. 0 without bootstrap.
Variance keyswitch_variance(const ParameterSpec& spec, NoiseModel model = NoiseModel::basalt);

/// What rounding to 2N positions adds under a small key of n bits. The published formula of the
/// centred switch leaves out the body's own rounding.
/// Source: standard: eprint 2022/704; centred: de Ruijter et al., eprint 2025/809.
Variance modulus_switch_variance(std::size_t n, std::size_t N, ModulusSwitch kind,
                                 NoiseModel model = NoiseModel::basalt);

/// What one step of the blind rotation adds: `spec.group` key bits.
///
/// One bit: V_key + V_rounding / 2; two bits: 6 V_key + (3/4) 2 V_rounding, where V_key is the
/// digits times the key's noise, and V_rounding what the decomposition drops; both plus the
/// transform's rounding.
/// Source: one bit: TFHE-rs; two bits: expansion of the three products of a step.
Variance blind_rotation_step_variance(const ParameterSpec& spec, NoiseModel model);

/// Variance of a bootstrap's output: all steps. 0 without bootstrap.
Variance bootstrap_variance(const ParameterSpec& spec, NoiseModel model);

/// Variance at the input of a blind rotation, of a sum of bootstrap outputs with 2-norm `norm`.
Variance lookup_variance(const ParameterSpec& spec, double norm, ModulusSwitch kind,
                         NoiseModel model);

/// The variances that the places of a circuit add up, for every set of a chain.
struct ChainVariances {
  explicit ChainVariances(const ParameterChain& parameters);
  double fresh = 0.0;         ///< Of an input.
  std::vector<double> table;  ///< Of a table's value, by its set. 0 without bootstrap.
  /// What a table adds to the value that it reads, by its set: key switch and modulus switch.
  std::vector<double> reading;
  /// The part of the modulus switch in it; 2^p tables in one rotation make it 4^p times as large.
  std::vector<double> switching;
  /// `reading` of set `i` where 2^log2_tables_per_rotation tables share a rotation.
  double reading_of(std::size_t i, int log2_tables_per_rotation) const;
};

/// By how much the variance of a sum of values that 2^log2_tables_per_rotation tables of one
/// rotation give can exceed that of independent values: (1 + 2^log2_tables_per_rotation) / 2.
///
/// What is dropped of a mask is multiplied by the key, whose bits have mean 1/2: coefficients of
/// one polynomial have errors of correlation 1/2. The bound is met by equal weights.
double sharing_gain(int log2_tables_per_rotation);

/// Of a ciphertext whose `dimension` + 1 words are rounded to their upper `bits`; 0 for 64 bits.
/// Half of the key's bits are 1, so half of the mask's errors count.
Variance word_rounding_variance(std::size_t dimension, int bits);

/// log2 of the probability that a Gaussian error of `variance` exceeds `half_step` in either
/// direction; accurate far below what a double can hold.
Log2 log2_failure_probability(double half_step, Variance variance);

/// The same as a number; 0 below 2^-1074.
double failure_probability(double half_step, Variance variance);

/// How many deviations an error must stay within to fail with probability 2^log2_p: the inverse
/// of log2_failure_probability().
/// Errors: invalid_argument unless the logarithm is negative.
double deviations_for(Log2 log2_p);

/// Largest distance that a padded table of `bits` bits tolerates: half a box, 2^-(bits + 2); a
/// wrapping value of M bits tolerates what a padded one of M - 1 bits does.
double half_box(int bits);

/// The noise model of the published optimizer of concrete, for comparison with its tables.
namespace concrete {

/// What a key switch adds per bit of the key it comes from.
Variance keyswitch_variance_per_bit(const Decomposition& digits, Variance key_variance);

/// What one external product of the blind rotation adds, with transforms of 53 bits.
Variance external_product_variance(std::size_t k, std::size_t N, const Decomposition& digits,
                                   Variance key_variance);

}  // namespace concrete

}  // namespace basalt::tfhe
