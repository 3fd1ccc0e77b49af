// What is asked of the parameters, and the answer when nothing fits.
#pragma once

#include <string>

namespace basalt::compile {

/// What the user asks of the encrypted circuit.
struct Target {
  double p_error = 0x1p-40;     ///< Failure probability of one bootstrap or one output.
  double global_p_error = 0.0;  ///< Of one row; 0: not asked.
  int security = 128;           ///< Bits: 80, 96, 112, 128, 132, 144, 160, 176, 192, 256.
};

/// Nothing in the search space fits: which layer, how many bits, what to change.
struct Infeasible {
  std::string reason;
};

/// Errors: invalid_argument, with the subject p_error, global_p_error or security, if the target is
/// impossible in itself.
void validate(const Target& target);

/// A probability as people write it: "2^-40", "6.3e-5", "0.001".
/// Errors: invalid_argument with the subject `name` unless it lies between 0 and 1.
double parse_probability(const std::string& name, const std::string& text);

}  // namespace basalt::compile
