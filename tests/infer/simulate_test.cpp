// Simulation: exact where parameters are, wrong as often as predicted where they are weak.
#include <gtest/gtest.h>

#include "support/encrypted.hpp"
#include "tfhe/noise.hpp"

namespace basalt::infer::simulate_test {
namespace {

using ir::Integer;

TEST(Simulate, UnderSoundParametersIsTheClearCircuit) {
  RandomStream random{Seed{30}};
  const ir::Graph graph = testing::wrap_graph({.hidden = 32}, random.child("graph"));
  const circuit::Circuit circuit =
      testing::circuit(testing::lowered(graph), tfhe::parameter_set_named("wrap_a2").spec);
  const auto inputs = testing::random_inputs(200, {16, 0, 3}, random);
  EXPECT_EQ(simulate(circuit, inputs, random.child("noise")), evaluate(graph, inputs));
}

/// One neuron whose table returns the index of the entry that was read.
ir::Graph counter(int bits, int truncated_bits) {
  const Integer last = (Integer{1} << bits) - 1;
  ir::Lookup lookup{.input = 0,
                    .bits = {bits},
                    .wraps = false,
                    .offset = 0,
                    .truncated_bits = {truncated_bits},
                    .tables = Matrix<Integer>(1, last + 1),
                    .table_of = {0}};
  for (Eigen::Index i = 0; i <= last; ++i) lookup.tables(0, i) = i;
  return {{{"x", ir::Input{1, 0, last << truncated_bits}}, {"t", lookup}, {"y", ir::Output{1}}}};
}

/// 40,000 rows of the value 30, each wrong with probability `expected`, which is at least `least`.
void expect_misreads(const circuit::Circuit& circuit, double expected, double least, Seed seed) {
  constexpr Eigen::Index rows = 40000;

  const Matrix<Integer> outputs =
      simulate(circuit, Matrix<Integer>::Constant(rows, 1, 30), RandomStream(seed));

  double wrong = 0.0;
  for (Eigen::Index row = 0; row < rows; ++row) wrong += outputs(row, 0) != 30;
  ASSERT_GT(expected, least);
  // Five deviations of a binomial count: a false alarm is rarer than 1e-6.
  EXPECT_NEAR(wrong, rows * expected, 5.0 * std::sqrt(rows * expected));
}

TEST(Simulate, MisreadsWeakTablesAsOftenAsPredicted) {
  // Sets of 2_1 for 2^-128: a table of 6 bits is far too much for N = 1024.
  const tfhe::ParameterSpec spec = tfhe::parameter_set_named("wrap_b2").spec;
  const circuit::Circuit circuit = testing::circuit(testing::lowered(counter(6, 0)), spec);
  const double variance = tfhe::keyswitch_variance(spec).value +
                          tfhe::modulus_switch_variance(spec.lwe_dimension, spec.polynomial_size,
                                                        tfhe::ModulusSwitch::centred)
                              .value +
                          tfhe::fresh_variance(spec.glwe_noise).value;
  const double expected = tfhe::failure_probability(tfhe::half_box(6), {variance});
  expect_misreads(circuit, expected, 1e-3, Seed{31});
}

TEST(Simulate, TablesThatShareARotationAreMisreadMoreOften) {
  const tfhe::ParameterSpec spec = tfhe::parameter_set_named("wrap_b2").spec;
  circuit::Circuit circuit = testing::circuit(testing::lowered(counter(5, 0)), spec);
  circuit.log2_tables_per_rotation = {0, 2, 0};
  const tfhe::ChainVariances variances(circuit.parameters);
  const double expected =
      tfhe::failure_probability(tfhe::half_box(5), {variances.reading_of(0, 2) + variances.fresh});
  expect_misreads(circuit, expected, 1e-3, Seed{34});
}

TEST(Simulate, WordsThatAreTooShortSpoilOutputsAsOftenAsPredicted) {
  // One input on a grid of 2^10 steps, sent in words of 16 bits.
  const ir::Graph graph{{{"x", ir::Input{1, 0, 1023}}, {"y", ir::Output{0}}}};
  circuit::Circuit circuit = testing::circuit(testing::lowered(graph), testing::linear_spec(2048));
  circuit.score_word_bits = 16;
  const double variance = tfhe::word_rounding_variance(2048, 16).value;
  const double expected = tfhe::failure_probability(0x1p-11, {variance});
  expect_misreads(circuit, expected, 1e-4, Seed{35});
}

TEST(Simulate, DependsOnTheStreamAlone) {
  const circuit::Circuit circuit =
      testing::circuit(testing::lowered(counter(6, 0)), tfhe::parameter_set_named("wrap_b2").spec);
  const Matrix<Integer> inputs = Matrix<Integer>::Constant(3000, 1, 30);
  const auto first = simulate(circuit, inputs, RandomStream(Seed{32}));
  EXPECT_EQ(first, simulate(circuit, inputs, RandomStream(Seed{32})));
  EXPECT_NE(first, simulate(circuit, inputs, RandomStream(Seed{33})));
}

TEST(Simulate, RoundsLikeTheClearCircuitUnderSoundParameters) {
  ir::Lookup table{.input = 1,
                   .bits = {2},
                   .wraps = false,
                   .offset = 0,
                   .truncated_bits = {2},
                   .tables = Matrix<Integer>(1, 4),
                   .table_of = {0}};
  table.tables << 3, 1, 0, 2;
  const ir::Graph graph{{{"x", ir::Input{1, 0, 13}},
                         {"round", ir::Round{0, {2}}},
                         {"table", table},
                         {"y", ir::Output{2}}}};
  const circuit::Circuit circuit = testing::circuit(
      testing::lowered(graph), tfhe::parameter_set_named("v1_4_2m128_gaussian_2_2").spec);
  Matrix<Integer> inputs(14, 1);
  for (Eigen::Index i = 0; i < 14; ++i) inputs(i, 0) = i;
  EXPECT_EQ(simulate(circuit, inputs, RandomStream(Seed{36})), evaluate(graph, inputs));
}

TEST(Simulate, LeavesTheMiddleBetweenTwoStepsToChance) {
  const circuit::Circuit circuit =
      testing::circuit(testing::lowered(counter(4, 3)), tfhe::parameter_set_named("wrap_a2").spec);
  const Matrix<Integer> middle = Matrix<Integer>::Constant(4000, 1, 9 * 8 + 4);
  double up = 0.0;
  for (const Integer value : simulate(circuit, middle, RandomStream(Seed{34})).reshaped()) {
    EXPECT_TRUE(value == 9 || value == 10);
    up += value == 10;
  }
  EXPECT_NEAR(up, 2000.0, 5.0 * std::sqrt(1000.0));
  const Matrix<Integer> centre = Matrix<Integer>::Constant(100, 1, 9 * 8);
  EXPECT_EQ(simulate(circuit, centre, RandomStream(Seed{35})),
            Matrix<Integer>::Constant(100, 1, 9));
}

}  // namespace
}  // namespace basalt::infer::simulate_test
