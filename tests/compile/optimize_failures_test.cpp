// Chosen parameters fail as often as their choice says: counted on real keys
// and ciphertexts.
#include <gtest/gtest.h>

#include <cmath>

#include "compile/optimize.hpp"
#include "compile/table_runner.hpp"
#include "tfhe/noise.hpp"

namespace basalt::compile::optimize_failures_test {
namespace {

/// The first table of a job reads the fresh value: it must not fail as well.
NoiseRequirements requirements_of(const Job& job) {
  NoiseRequirements requirements = single_lookup(job.bits, job.norm2(), false);
  requirements.bootstraps_per_row = 2;
  return requirements;
}

double counted_failures(const Job& job, const tfhe::ParameterChain& parameters) {
  constexpr std::size_t batch = 64;
  Runner runner(job, parameters);
  std::size_t failures = 0;
  for (std::size_t done = 0; done < job.draws; done += batch) failures += runner.failures(batch);
  return static_cast<double>(failures);
}

TEST(ChosenParameters, FailAsOftenAsPredictedWhenMuchFailureIsAllowed) {
  // A value fails if the first or the second table reads it wrongly; the
  // weights make the second one's noise outgrow the first one's.
  for (const Job& job : {Job{1, 1 << 12, 0x1p-3, 1024}, Job{2, 1 << 10, 0x1p-3, 1024}}) {
    const auto found = optimize(requirements_of(job), {.p_error = job.p_error});
    ASSERT_TRUE(std::holds_alternative<ParameterChoice>(found));
    const ParameterChoice& choice = std::get<ParameterChoice>(found);
    const tfhe::ParameterSpec& spec = choice.parameters.stage(0).spec();
    const double first = tfhe::failure_probability(
        tfhe::half_box(job.bits),
        tfhe::lookup_variance(spec, 0.0, tfhe::ModulusSwitch::centred, tfhe::NoiseModel::basalt));
    const double expected = static_cast<double>(job.draws) * (choice.p_error + first);

    const double failures = counted_failures(job, choice.parameters);

    // Six deviations of the count: a false alarm is rarer than 1e-8. The
    // model's own doubt is that of the transform, an upper bound up to 1.5
    // times the measured variance, and of one key.
    EXPECT_LE(failures, 1.1 * expected + 6.0 * std::sqrt(expected)) << job.bits << " bits";
    EXPECT_GE(failures, 0.6 * expected - 6.0 * std::sqrt(expected)) << job.bits << " bits";
  }
}

}  // namespace
}  // namespace basalt::compile::optimize_failures_test
