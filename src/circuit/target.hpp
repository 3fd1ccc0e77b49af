// What is asked of a circuit's parameters.
#pragma once

namespace basalt::circuit {

/// What the user asks of the encrypted circuit.
struct Target {
  double p_error = 0x1p-40;     ///< Failure probability of one bootstrap or one output.
  double global_p_error = 0.0;  ///< Of one row; 0: not asked.
  int security = 128;           ///< Bits: 80, 96, 112, 128, 132, 144, 160, 176, 192, 256.
};

/// Errors: invalid_argument, with the subject p_error, global_p_error or security, if the target is
/// impossible in itself.
void validate(const Target& target);

}  // namespace basalt::circuit
