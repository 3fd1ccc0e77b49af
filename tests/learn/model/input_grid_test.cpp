#include "learn/model/input_grid.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::input_grid_test {
namespace {

TEST(InputGrid, ReadsTheFeaturesThatItNames) {
  const quant::Quantizer steps({.scale = 1.0, .zero_point = 0, .low = 0, .high = 3});
  const InputGrid grid{
      .feature_of = {2, 0}, .origin = {-1.0, 0.0}, .quantizers = {steps, steps}, .input_high = 3};
  Matrix<double> rows(2, 3);
  rows << 2, 9, 0, 7, 9, 1;

  const Matrix<std::int64_t> integers = grid.quantize(rows);

  EXPECT_EQ(integers.row(0), (Matrix<std::int64_t>(1, 2) << 1, 2).finished());
  EXPECT_EQ(integers.row(1), (Matrix<std::int64_t>(1, 2) << 2, 3).finished());
  expect_error(ErrorCode::mismatch, "features, input", [&] { grid.quantize(rows.leftCols(2)); });
}

TEST(PixelGrid, IsTheSameForAllPixels) {
  const PixelGrid grid{
      .image = {.height = 1, .width = 2, .channels = 1},
      .origin = -1.0,
      .pixels = quant::Quantizer({.scale = 0.5, .zero_point = 0, .low = 0, .high = 7})};
  const Matrix<double> rows = (Matrix<double>(1, 2) << -1.0, 1.0).finished();

  EXPECT_EQ(grid.quantize(rows), (Matrix<std::int64_t>(1, 2) << 0, 4).finished());
  EXPECT_EQ(grid.input_high(), 7);
  expect_error(ErrorCode::mismatch, "features, expected", [&] { grid.quantize(rows.leftCols(1)); });
}

}  // namespace
}  // namespace basalt::learn::input_grid_test
