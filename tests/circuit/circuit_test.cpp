// Ids of circuits with parameters.
#include "circuit/circuit.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/graphs.hpp"

namespace basalt::circuit::circuit_test {
namespace {

TEST(Circuit, IdCoversCircuitParametersAndTarget) {
  const Circuit circuit;
  Circuit encoded, parameters, target;
  encoded.encoded.estimator = "other";
  parameters.parameters = tfhe::Parameters(tfhe::ParameterSpec{.polynomial_size = 512});
  target.target.p_error = 0x1p-10;

  EXPECT_EQ(Circuit{}.id(), circuit.id());
  EXPECT_NE(encoded.id(), circuit.id());
  EXPECT_NE(parameters.id(), circuit.id());
  EXPECT_NE(target.id(), circuit.id());
}

TEST(Circuit, CountsTablesThatShareARotationOnce) {
  Circuit circuit;
  circuit.encoded.graph = testing::repeated_graph(3, 5, 4, RandomStream(Seed{1}));
  const Digest apart = circuit.id();
  EXPECT_EQ(bootstraps_per_row(circuit), 15u);

  circuit.log2_tables_per_rotation = {0, 0, 2, 0, 0};

  EXPECT_EQ(bootstraps_per_row(circuit), 6u);
  EXPECT_EQ(log2_tables_per_rotation_of(circuit, 2), 2);
  EXPECT_NE(circuit.id(), apart);
  circuit.log2_tables_per_rotation[2] = 4;
  expect_error(ErrorCode::invalid_argument, "tables in one rotation, expected",
               [&] { (void)log2_tables_per_rotation_of(circuit, 2); });
  circuit.log2_tables_per_rotation.pop_back();
  expect_error(ErrorCode::invalid_argument, "nodes, expected",
               [&] { (void)log2_tables_per_rotation_of(circuit, 0); });
}

}  // namespace
}  // namespace basalt::circuit::circuit_test
