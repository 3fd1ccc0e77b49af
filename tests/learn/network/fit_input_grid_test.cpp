#include "learn/network/fit_input_grid.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::fit_input_grid_test {
namespace {

TEST(FitInputGrid, SpreadsItsStepsOverTheRange) {
  Matrix<double> features(1000, 1);
  for (Eigen::Index row = 0; row < 1000; ++row) features(row, 0) = static_cast<double>(row);

  const InputGrid grid = fit_input_grid(features, Bits{2}, false);
  const Matrix<std::int64_t> integers = grid.quantize(features);

  EXPECT_EQ(grid.input_high, 3);
  EXPECT_EQ(integers(0, 0), 0);
  EXPECT_EQ(integers(160, 0), 0);
  EXPECT_EQ(integers(250, 0), 1);
  EXPECT_EQ(integers(999, 0), 3);
}

TEST(FitInputGrid, LeavesOutConstantFeatures) {
  Matrix<double> features = Matrix<double>::Zero(10, 3);
  features(4, 1) = 2.0;

  const InputGrid grid = fit_input_grid(features, Bits{3}, false);

  EXPECT_EQ(grid.feature_of, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(grid.quantize(features)(4, 0), 7);
  expect_error(ErrorCode::invalid_argument, "train on, there is nothing",
               [&] { fit_input_grid(Matrix<double>::Ones(5, 2), Bits{2}, false); });
}

TEST(FitInputGrid, HasOneScaleForPixels) {
  Matrix<double> features(4, 2);
  features << 0, 0, 0, 4, 16, 0, 8, 4;

  const InputGrid grid = fit_input_grid(features, Bits{2}, true);

  EXPECT_EQ(grid.quantizers[0].spec().scale, grid.quantizers[1].spec().scale);
  EXPECT_EQ(grid.quantize(features)(1, 1), 1);  // 4 of 16 in steps of 16/3
}

TEST(FitInputGrid, HasNoBorderOnAValueOfAGridOfItsOwn) {
  Matrix<double> features(17, 1);
  for (Eigen::Index row = 0; row < 17; ++row) features(row, 0) = static_cast<double>(row) / 8.0;

  const InputGrid grid = fit_input_grid(features, Bits{3}, false);

  for (const double wobble : {-1e-9, 1e-9}) {
    EXPECT_EQ(grid.quantize(features.array() + wobble), grid.quantize(features));
  }
}

}  // namespace
}  // namespace basalt::learn::fit_input_grid_test
