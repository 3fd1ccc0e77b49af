#include "learn/network/input_grid.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"

namespace basalt::learn::input_grid_test {
namespace {

TEST(InputGrid, SpreadsItsStepsOverTheRange) {
  Matrix<double> features(1000, 1);
  for (Eigen::Index row = 0; row < 1000; ++row) features(row, 0) = static_cast<double>(row);
  SparseQuantNeuralNetwork network;

  fit_input_grid(features, Bits{2}, false, network);
  const Matrix<std::int64_t> integers = network.quantize(features);

  EXPECT_EQ(network.input_high, 3);
  EXPECT_EQ(integers(0, 0), 0);
  EXPECT_EQ(integers(160, 0), 0);
  EXPECT_EQ(integers(250, 0), 1);
  EXPECT_EQ(integers(999, 0), 3);
}

TEST(InputGrid, LeavesOutConstantFeatures) {
  Matrix<double> features = Matrix<double>::Zero(10, 3);
  features(4, 1) = 2.0;
  SparseQuantNeuralNetwork network;

  fit_input_grid(features, Bits{3}, false, network);

  EXPECT_EQ(network.feature_of, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(network.quantize(features)(4, 0), 7);
  SparseQuantNeuralNetwork nothing;
  EXPECT_THROW(fit_input_grid(Matrix<double>::Ones(5, 2), Bits{2}, false, nothing), Error);
}

TEST(InputGrid, HasOneScaleForPixels) {
  Matrix<double> features(4, 2);
  features << 0, 0, 0, 4, 16, 0, 8, 4;
  SparseQuantNeuralNetwork network;

  fit_input_grid(features, Bits{2}, true, network);

  EXPECT_EQ(network.quantizers[0].spec().scale, network.quantizers[1].spec().scale);
  EXPECT_EQ(network.quantize(features)(1, 1), 1);  // 4 of 16 in steps of 16/3
}

TEST(InputGrid, HasNoBorderOnAValueOfAGridOfItsOwn) {
  Matrix<double> features(17, 1);
  for (Eigen::Index row = 0; row < 17; ++row) features(row, 0) = static_cast<double>(row) / 8.0;
  SparseQuantNeuralNetwork network;

  fit_input_grid(features, Bits{3}, false, network);

  for (const double wobble : {-1e-9, 1e-9}) {
    EXPECT_EQ(network.quantize(features.array() + wobble), network.quantize(features));
  }
}

}  // namespace
}  // namespace basalt::learn::input_grid_test
