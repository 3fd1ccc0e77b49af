// Parameters for 2^-40 do not fail in 10^5 bootstraps: minutes, so it has the label `long`.
#include <gtest/gtest.h>

#include "compile/optimize.hpp"
#include "compile/table_runner.hpp"

namespace basalt::compile::optimize_no_failures_test {
namespace {

TEST(ChosenParameters, DoNotFailIn100000BootstrapsAt2ToTheMinus40) {
  const Job job{.bits = 3, .weight = 4, .p_error = 0x1p-40, .draws = 50176};
  const auto found = optimize(single_lookup(job.bits, job.norm2(), false), {});
  ASSERT_TRUE(std::holds_alternative<ParameterChoice>(found));
  Runner runner(job, std::get<ParameterChoice>(found).parameters);

  // Each value passes two tables; with 2^-40 each, one failure in all is rarer than 1e-7.
  std::size_t failures = 0;
  for (std::size_t done = 0; done < job.draws; done += 64) failures += runner.failures(64);

  EXPECT_EQ(failures, 0u);
}

}  // namespace
}  // namespace basalt::compile::optimize_no_failures_test
