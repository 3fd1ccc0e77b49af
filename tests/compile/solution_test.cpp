// Ids of circuits with parameters.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "compile/compile.hpp"
#include "support/graphs.hpp"

namespace basalt::compile::solution_test {
namespace {

TEST(Solution, IdCoversCircuitParametersAndTarget) {
  const Solution solution;
  Solution circuit, parameters, target;
  circuit.circuit.estimator = "other";
  parameters.parameters = tfhe::Parameters(tfhe::ParameterSpec{.polynomial_size = 512});
  target.target.p_error = 0x1p-10;

  EXPECT_EQ(Solution{}.id(), solution.id());
  EXPECT_NE(circuit.id(), solution.id());
  EXPECT_NE(parameters.id(), solution.id());
  EXPECT_NE(target.id(), solution.id());
}

TEST(Solution, CountsTablesThatShareARotationOnce) {
  Solution solution;
  solution.circuit.graph = testing::repeated_graph(3, 5, 4, RandomStream(Seed{1}));
  const Digest apart = solution.id();
  EXPECT_EQ(bootstraps_per_row(solution), 15u);

  solution.log2_parts = {0, 0, 2, 0, 0};

  EXPECT_EQ(bootstraps_per_row(solution), 6u);
  EXPECT_EQ(log2_parts_of(solution, 2), 2);
  EXPECT_NE(solution.id(), apart);
  solution.log2_parts[2] = 4;
  EXPECT_THROW((void)log2_parts_of(solution, 2), Error);
  solution.log2_parts.pop_back();
  EXPECT_THROW((void)log2_parts_of(solution, 0), Error);
}

}  // namespace
}  // namespace basalt::compile::solution_test
