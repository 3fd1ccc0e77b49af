// Fits to timings that are known, and timings that are real.
#include "tfhe/calibration.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"

namespace basalt::tfhe::calibration_test {
namespace {

/// What a machine of the given model would measure.
std::vector<StepTiming> timings_of(const CostModel& model) {
  std::vector<StepTiming> timings;
  for (const ParameterSpec& spec : calibration_sets()) {
    timings.push_back(
        {spec, blind_rotation_step_seconds(spec, model), keyswitch_seconds(spec, model)});
  }
  return timings;
}

TEST(Calibration, FindsTheFactorsOfAMachine) {
  const CostModel reference = reference_cost_model();
  CostModel machine = reference;
  machine.transform_per_level *= 3.0;
  machine.transform *= 3.0;
  machine.product *= 3.0;
  machine.bundle *= 1.5;
  machine.monomials *= 1.5;
  machine.keyswitch_per_product *= 0.5;
  machine.linear_per_product = 0.2;

  const CostModel found = fitted(reference, timings_of(machine), {0.2e-9});

  EXPECT_NEAR(found.transform / machine.transform, 1.0, 1e-9);
  EXPECT_NEAR(found.product / machine.product, 1.0, 1e-9);
  EXPECT_NEAR(found.bundle / machine.bundle, 1.0, 1e-9);
  EXPECT_NEAR(found.monomials / machine.monomials, 1.0, 1e-9);
  EXPECT_NEAR(found.keyswitch_per_product / machine.keyswitch_per_product, 1.0, 1e-9);
  EXPECT_NEAR(found.linear_per_product, 0.2, 1e-9);
  expect_error(ErrorCode::invalid_argument, "no timing of one bit",
               [&] { (void)fitted(reference, {}, {1.0}); });
}

TEST(Calibration, MeasuresEveryKernelOnToyKeys) {
  for (const torus::Kernels* kernels : testing_support::kernel_sets()) {
    if (torus::name_of(*kernels) == "reference") continue;  // slow
    const StepTiming timing = measure_steps(calibration_sets()[0], *kernels);
    EXPECT_GT(timing.rotation_step.value, 0.0);
    EXPECT_GT(timing.keyswitch.value, 0.0);
    EXPECT_GT(measure_linear_product(*kernels).value, 0.0);
  }
}

}  // namespace
}  // namespace basalt::tfhe::calibration_test
