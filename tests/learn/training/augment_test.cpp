#include "learn/training/augment.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::augment_test {
namespace {

/// Images with one bright pixel in the middle.
Matrix<double> dots(Eigen::Index rows) {
  Matrix<double> images = Matrix<double>::Zero(rows, 49);
  images.col(24).setConstant(16.0);
  return images;
}

TEST(ImageShape, IsTheGivenOneOrASquare) {
  EXPECT_EQ(image_shape(ImageShape{2, 3, 1}, 6).width, 3U);
  EXPECT_EQ(image_shape(std::nullopt, 64).height, 8U);
  expect_error(ErrorCode::invalid_argument, "features are no square",
               [&] { image_shape(std::nullopt, 30); });
}

TEST(Augmented, ShiftsByOnePixel) {
  const Matrix<double> moved =
      augmented(dots(100), Augmentation::shift, {7, 7, 1}, 0.0, RandomStream(Seed{1}));
  std::array<int, 49> seen{};
  for (Eigen::Index row = 0; row < moved.rows(); ++row) {
    EXPECT_EQ(moved.row(row).sum(), 16.0);
    Eigen::Index at = 0;
    moved.row(row).maxCoeff(&at);
    ++seen[static_cast<std::size_t>(at)];
  }
  EXPECT_EQ(seen[23] + seen[25] + seen[17] + seen[31], 100);
  for (const std::size_t at : {23U, 25U, 17U, 31U}) EXPECT_GT(seen[at], 0);
}

TEST(Augmented, KeepsTheMiddleNearItsPlaceWhenAffine) {
  const Matrix<double> moved =
      augmented(dots(50), Augmentation::affine, {7, 7, 1}, 0.0, RandomStream(Seed{1}));
  for (Eigen::Index row = 0; row < moved.rows(); ++row) {
    EXPECT_GE(moved.row(row).minCoeff(), 0.0);
    EXPECT_LE(moved.row(row).maxCoeff(), 16.0);
    EXPECT_GT(moved.row(row).sum(), 5.0);
  }
  EXPECT_NE(moved.row(0), moved.row(1));
}

TEST(Augmented, FillsWithTheBackground) {
  const Matrix<double> plain = Matrix<double>::Constant(4, 9, -2.0);
  const Matrix<double> moved =
      augmented(plain, Augmentation::affine, {3, 3, 1}, -2.0, RandomStream(Seed{2}));
  EXPECT_NEAR((moved.array() + 2.0).abs().maxCoeff(), 0.0, 1e-12);
}

}  // namespace
}  // namespace basalt::learn::augment_test
