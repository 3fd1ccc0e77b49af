#include "learn/model/sparse_quant_neural_network.hpp"

#include <gtest/gtest.h>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::sparse_quant_neural_network_test {
namespace {

/// Two inputs, one wrapping neuron of u = a - b with tri'(u + 1), one output 3 h + 2 a.
SparseQuantNeuralNetwork toy() {
  SparseQuantNeuralNetwork network;
  network.grid.feature_of = {0, 2};
  network.grid.origin = {-1.0, 0.0};
  network.grid.quantizers.assign(2, quant::Quantizer({.scale = 1.0, .high = 3}));
  network.grid.input_high = 3;
  QuantLayer layer;
  layer.weights.resize(1, 2);
  layer.weights << 1, -1;
  layer.bias = {1};
  layer.wraps = true;
  layer.bits = Bits{3};
  layer.tables.resize(1, 8);
  layer.tables << 3, 1, -1, -3, -3, -1, 1, 3;
  layer.table_of = {0};
  network.layers = {layer};
  network.readout.weights = Matrix<std::int32_t>::Constant(1, 1, 3);
  network.readout.skip.resize(1, 2);
  network.readout.skip << 2, 0;
  network.readout.scale = {0.5};
  network.readout.offset = {10.0};
  return network;
}

TEST(SparseQuantNeuralNetwork, ComputesWithIntegers) {
  Matrix<std::int64_t> inputs(3, 2);
  inputs << 0, 0, 3, 1, 0, 3;

  const Matrix<std::int64_t> outputs = toy().forward(inputs);

  EXPECT_EQ(outputs(0, 0), 3 * 1);
  EXPECT_EQ(outputs(1, 0), 3 * -3 + 2 * 3);
  EXPECT_EQ(outputs(2, 0), 3 * 1);  // u = -2 is entry 6
  EXPECT_EQ(toy().bootstraps(), 1U);
}

TEST(SparseQuantNeuralNetwork, QuantizesTheFeaturesItReads) {
  Matrix<double> rows(1, 3);
  rows << 1.0, 99.0, 1.4;

  const Matrix<std::int64_t> integers = toy().quantize(rows);

  EXPECT_EQ(integers(0, 0), 2);
  EXPECT_EQ(integers(0, 1), 1);
  EXPECT_DOUBLE_EQ(toy().scores(rows)(0, 0), 10.0 + 0.5 * (3 * -1 + 2 * 2));
}

TEST(SparseQuantNeuralNetwork, RoundsHalfUpBelowTheStepOfATable) {
  SparseQuantNeuralNetwork network = toy();
  network.layers[0].truncated_bits = Bits{1};
  network.layers[0].bias = {0};
  Matrix<std::int64_t> inputs(2, 2);
  inputs << 1, 0, 0, 1;

  const auto hidden = network.forward_all(inputs).front();

  EXPECT_EQ(hidden(0, 0), 1);  // 1/2 -> 1
  EXPECT_EQ(hidden(1, 0), 3);  // -1/2 -> 0
}

TEST(SparseQuantNeuralNetwork, RefusesToLeaveAPaddedTable) {
  SparseQuantNeuralNetwork network = toy();
  network.layers[0].wraps = false;
  Matrix<std::int64_t> inputs(1, 2);
  inputs << 0, 3;

  expect_error(ErrorCode::internal, "of a table of", [&] { network.forward(inputs); });
}

TEST(SparseQuantNeuralNetwork, IsExactBeyondSinglePrecision) {
  SparseQuantNeuralNetwork network = toy();
  network.readout.weights(0, 0) = 2000000001;
  Matrix<std::int64_t> inputs(1, 2);
  inputs << 3, 1;

  EXPECT_EQ(network.forward(inputs)(0, 0), -3LL * 2000000001 + 6);
}

TEST(SparseQuantNeuralNetwork, RefusesRowsOfAnotherWidth) {
  expect_error(ErrorCode::mismatch, "integers, expected",
               [&] { toy().forward(Matrix<std::int64_t>::Zero(1, 3)); });
  expect_error(ErrorCode::mismatch, "features, input",
               [&] { toy().quantize(Matrix<double>::Zero(1, 2)); });
}

TEST(SparseQuantNeuralNetwork, IsDescribedInFull) {
  SparseQuantNeuralNetwork changed = toy();
  changed.layers[0].tables(0, 3) = -1;

  EXPECT_NE(digest_of("network", changed), digest_of("network", toy()));
}

}  // namespace
}  // namespace basalt::learn::sparse_quant_neural_network_test
