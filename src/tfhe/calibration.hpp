// The cost model of the machine at hand, from short measurements.
#pragma once

#include <span>
#include <vector>

#include "tfhe/bootstrap.hpp"
#include "tfhe/cost.hpp"

namespace basalt::tfhe {

/// What parts of a bootstrap take on one core, per ciphertext of a batch.
struct StepTiming {
  ParameterSpec spec;
  Seconds rotation_step{0.0};
  Seconds keyswitch{0.0};
};

/// Shapes that circuits are run with: k = 1 to 3, N = 512 to 2048, one and two levels, one and two
/// bits per step, small keys of usual length. Their noise is a toy's: nothing is to be encrypted
/// under them.
std::span<const ParameterSpec> calibration_sets();

/// Makes a key of `spec` and times the best of a few batches. Cost: a second.
StepTiming measure_steps(const ParameterSpec& spec, const torus::Kernels& kernels);

/// Seconds of one weight times one word of a ciphertext.
Seconds measure_linear_product(const torus::Kernels& kernels);

/// `reference` with each part scaled to the timings: rotations by their mean ratio, what a second
/// bit per step adds, key switches, and linear layers.
/// Errors: invalid_argument unless there are timings of one bit per step.
CostModel fitted(const CostModel& reference, std::span<const StepTiming> timings,
                 Seconds linear_product);

}  // namespace basalt::tfhe
