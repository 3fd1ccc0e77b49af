#include "learn/model/image_window.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::image_window_test {
namespace {

Matrix<std::int64_t> counted(Eigen::Index size) {
  Matrix<std::int64_t> image(1, size);
  for (Eigen::Index i = 0; i < size; ++i) image(0, i) = i + 1;
  return image;
}

TEST(ImageWindow, FindsTheElementsUnderEachPosition) {
  const WindowMap map = window_map({2, 3, 1}, {.kernel = {2, 2}}, 0, 1);

  EXPECT_EQ(map.positions, 2U);
  EXPECT_EQ(map.source, (std::vector<std::int32_t>{0, 1, 3, 4, 1, 2, 4, 5}));
}

TEST(ImageWindow, StridesAndPads) {
  const Window window{.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}};
  EXPECT_EQ(slid_over({4, 5, 2}, window).height, 2U);
  EXPECT_EQ(slid_over({4, 5, 2}, window).width, 3U);
  const WindowMap map = window_map({4, 5, 1}, window, 0, 1);

  const std::vector<std::int32_t> first(map.source.begin(), map.source.begin() + 9);
  EXPECT_EQ(first, (std::vector<std::int32_t>{-1, -1, -1, -1, 0, 1, -1, 5, 6}));
}

TEST(ImageWindow, LooksAtSomeChannels) {
  const WindowMap map = window_map({1, 2, 4}, {.kernel = {1, 2}}, 2, 2);

  EXPECT_EQ(map.source, (std::vector<std::int32_t>{2, 3, 6, 7}));
}

TEST(ImageWindow, GathersAndGivesBack) {
  const WindowMap map = window_map({3, 3, 1}, {.kernel = {2, 2}, .padding = {1, 1}}, 0, 1);
  const Matrix<std::int64_t> patches = gather(map, counted(9));
  EXPECT_EQ(patches.rows(), 16);
  EXPECT_EQ(patches(0, 3), 1);
  EXPECT_EQ(patches.row(0).head(3).cwiseAbs().sum(), 0);

  FloatMatrix back = FloatMatrix::Zero(1, 9), ones = FloatMatrix::Ones(16, 4);
  scatter_add(map, ones, back);
  EXPECT_TRUE((back.array() == 4.0F).all());  // every pixel lies under four windows
}

TEST(ImageWindow, WindowsThatDoNotFitAreRefused) {
  expect_error(ErrorCode::invalid_argument, "does not fit into", [&] {
    slid_over({2, 2, 1}, {.kernel = {3, 3}});
  });
  expect_error(ErrorCode::invalid_argument, "expected at least", [&] {
    slid_over({2, 2, 1}, {.kernel = {0, 1}});
  });
  expect_error(ErrorCode::invalid_argument, "expected at least", [&] {
    slid_over({2, 2, 1}, {.kernel = {2, 2}, .stride = {0, 1}});
  });
  expect_error(ErrorCode::invalid_argument, "expected at least", [&] {
    slid_over({2, 2, 1}, {.kernel = {2, 2}, .padding = {2, 0}});
  });
}

}  // namespace
}  // namespace basalt::learn::image_window_test
