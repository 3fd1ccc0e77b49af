#include "io/import/imported_model.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/feature_quantizer.hpp"
#include "support/expect_error.hpp"

namespace basalt::io::imported_model_test {
namespace {

/// Two features over [0, 10] and [0, 1]; two classes.
learn::Dataset calibration() {
  learn::Dataset data;
  data.classes = {"no", "yes"};
  data.labels = {0, 1};
  data.features.resize(2, 2);
  data.features << 0, 0, 10, 1;
  return data;
}

/// x0 < 3 ? (x1 <= 0.5 ? -1 : 2) : 5
FloatTree two_comparisons() {
  FloatTree tree;
  tree.nodes = {
      {.feature = 0, .threshold = 3.0, .left = 1, .right = 2, .value = {}},
      {.feature = 1, .threshold = 0.5, .equal_goes_left = true, .left = 4, .right = 3, .value = {}},
      {.value = {5.0}},
      {.value = {2.0}},
      {.value = {-1.0}}};
  return tree;
}

TEST(ImportedModel, ATreeKeepsItsMeaningOnTheGrid) {
  const learn::Model model =
      tree_model({two_comparisons()}, {0.25}, learn::TreeLink::sign, calibration(), {}, "X");
  const auto& ensemble = std::get<learn::TreeEnsemble>(model.family);
  Matrix<double> rows(5, 2);
  rows << 0.0, 0.2, 0.0, 0.8, 2.9, 0.4, 3.1, 0.2, 9.0, 0.9;

  const Matrix<std::int64_t> sums = learn::leaf_sums(ensemble, rows);

  const double expected[]{-1.0, 2.0, -1.0, 5.0, 5.0};
  for (Eigen::Index i = 0; i < 5; ++i) {
    EXPECT_NEAR(ensemble.scale * static_cast<double>(sums(i, 0)) + ensemble.offset[0],
                0.25 + expected[i], ensemble.scale / 2 + 1e-9)
        << i;
  }
  EXPECT_EQ(model.classes, calibration().classes);
  EXPECT_EQ(model.standardizer.mean().size(), 2U);
}

TEST(ImportedModel, GridPointsStayOnTheirSide) {
  const std::vector<quant::Quantizer> grid(
      1, quant::Quantizer({.scale = 1.0, .zero_point = 0, .low = 0, .high = 10}));
  const auto threshold = [&](double at, bool equal_goes_left) {
    FloatTree tree;
    tree.nodes = {{.feature = 0,
                   .threshold = at,
                   .equal_goes_left = equal_goes_left,
                   .left = 1,
                   .right = 2,
                   .value = {}},
                  {.value = {0.0}},
                  {.value = {1.0}}};
    return on_grid(tree, grid).shape.threshold[0];
  };

  EXPECT_EQ(threshold(3.0, false), 3);
  EXPECT_EQ(threshold(3.0, true), 4);
  EXPECT_EQ(threshold(2.5, false), 3);
  EXPECT_EQ(threshold(2.5, true), 3);
}

TEST(ImportedModel, ComparisonsThatCannotFailFallAway) {
  FloatTree tree = two_comparisons();
  tree.nodes[0].threshold = 100.0;
  const std::vector<quant::Quantizer> grid =
      learn::feature_quantizers(calibration().features, Bits{8});

  EXPECT_EQ(on_grid(tree, grid).shape.nodes(), 3U);
  tree.nodes[0].threshold = -1.0;
  EXPECT_EQ(on_grid(tree, grid).shape.nodes(), 1U);
}

TEST(ImportedModel, BrokenTreesAreRefused) {
  const std::vector<quant::Quantizer> grid =
      learn::feature_quantizers(calibration().features, Bits{8});
  FloatTree circle = two_comparisons(), stray = circle, foreign = circle, wide = circle;
  circle.nodes[1].left = 1;
  stray.nodes[1].left = 9;
  foreign.nodes[1].feature = 2;
  wide.nodes[2].value = {1.0, 2.0};

  expect_error(ErrorCode::invalid_argument, "node 1 of 5 does not exist or is reached twice",
               [&] { on_grid(circle, grid); });
  expect_error(ErrorCode::invalid_argument, "node 9 of 5 does not exist or is reached twice",
               [&] { on_grid(stray, grid); });
  expect_error(ErrorCode::mismatch, "node 1 reads feature 2", [&] { on_grid(foreign, grid); });
  expect_error(ErrorCode::invalid_argument, "leaf 2 has 2 values, expected 1",
               [&] { on_grid(wide, grid); });
  expect_error(ErrorCode::mismatch, "adds to output", [&] {
    tree_model({two_comparisons()}, {}, learn::TreeLink::sign, calibration(), {}, "X");
  });
}

}  // namespace
}  // namespace basalt::io::imported_model_test
