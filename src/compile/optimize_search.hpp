// Exhaustive search for the cheapest parameters under limits on the noise.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "tfhe/cost.hpp"
#include "tfhe/parameters.hpp"

namespace basalt::compile {

/// What may be chosen, and its price.
struct ParameterSpace {
  std::size_t largest_glwe_dimension = 6;
  int smallest_log2_size = 8, largest_log2_size = 16;  ///< Of the polynomials.
  std::size_t smallest_lwe_dimension = 512, largest_lwe_dimension = 2047;
  int bootstrap_levels = 4;
  int keyswitch_base_log = 8;  ///< Digits of the key switch fit a byte,
  int keyswitch_bits = 32;     ///< and all of them a half word.
  int largest_group = 2;       ///< Key bits per step of the blind rotation.
  tfhe::CostModel costs{};     ///< What is cheap; unless asked, never that of the machine at hand.
};

/// fresh_gain * V_fresh + table_gain * V_bootstrap, for a table also + V_keyswitch + switch_gain *
/// V_switch, must not exceed `variance`.
struct NoiseLimit {
  double fresh_gain = 0.0, table_gain = 0.0;
  double variance = 0.0;
  double switch_gain = 1.0;  ///< 4^p where 2^p tables share a rotation.
};

struct SearchProblem {
  std::vector<NoiseLimit> lookups, outputs;
  int table_bits = 0;  ///< N is at least 2^table_bits.
  int security = 128;
  std::size_t bootstraps = 0, linear_products = 0;  ///< Per row, for the price.
  /// Last word on a set that keeps all limits; empty: all are accepted.
  std::function<bool(const tfhe::ParameterSpec&)> accepts;
};

/// The parameters with the lowest predicted time per row, or nothing. Without tables: the smallest
/// GLWE key.
///
/// Every set of the space is considered, so a problem with more or lower limits never has a
/// cheaper answer. Cost: some milliseconds.
std::optional<tfhe::ParameterSpec> cheapest(const SearchProblem& problem,
                                            const ParameterSpace& space,
                                            const tfhe::CostModel& model);

}  // namespace basalt::compile
