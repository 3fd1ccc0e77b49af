// Ids of circuits with parameters.
#include "compile/compile.hpp"

namespace basalt::compile {
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

}  // namespace
}  // namespace basalt::compile
