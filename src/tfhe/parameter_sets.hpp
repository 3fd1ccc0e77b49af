// Published and own parameter sets, by name.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tfhe/parameters.hpp"

namespace basalt::tfhe {

/// One entry of the table: parameters and what their authors claim of them.
struct ParameterSet {
  std::string name;
  ParameterSpec spec;
  int message_bits = 0, carry_bits = 0;  ///< Their sum is the precision under one padding bit.
  double norm = 1.0;                     ///< Largest 2-norm of weights between two bootstraps.
  ModulusSwitch modulus_switch = ModulusSwitch::centred;
  double log2_p_fail = 0.0;  ///< Claimed for one bootstrap at `norm`.
  std::string source;
};

/// Every named set.
///
/// Names: v1_4_2m128_gaussian_2_2 is TFHE-rs's set of version 1.4 for a failure probability of
/// 2^-128, Gaussian noise, 2 message and 2 carry bits. wrap_a1, … are the sets with which wrapping
/// networks were measured.
std::span<const ParameterSet> parameter_sets();

/// Errors: not_found that proposes the nearest name.
const ParameterSet& parameter_set_named(std::string_view name);

}  // namespace basalt::tfhe
