#include "learn/model/quant_cnn.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::quant_cnn_test {
namespace {

/// Images of 3 x 3, one stage, and a read-out that sums the last value.
QuantCNN network_of(const QuantStage& stage) {
  QuantCNN network;
  network.grid.image = {3, 3, 1};
  network.grid.pixels = quant::Quantizer({.scale = 0.5, .zero_point = 0, .low = 0, .high = 3});
  network.stages = {stage};
  const auto size =
      static_cast<Eigen::Index>(stage.output.height * stage.output.width * stage.output.channels);
  network.readout.weights = Matrix<std::int32_t>::Ones(1, size);
  network.readout.scale = {0.5};
  network.readout.offset = {1.0};
  return network;
}

Matrix<std::int64_t> pixels() {
  Matrix<std::int64_t> image(1, 9);
  image << 0, 1, 2, 3, 0, 1, 2, 3, 0;
  return image;
}

QuantStage pooling(StageKind kind, Window window, ImageShape output) {
  return {.kind = kind,
          .input = {3, 3, 1},
          .output = output,
          .window = window,
          .input_high = 3,
          .layer = {}};
}

TEST(QuantCnn, SumsAndMaximaOfWindows) {
  const Window window{.kernel = {2, 2}};
  Matrix<std::int64_t> sums(1, 4), maxima(1, 4);
  sums << 4, 4, 8, 4;
  maxima << 3, 2, 3, 3;

  EXPECT_EQ(network_of(pooling(StageKind::average_pooling, window, {2, 2, 1}))
                .forward_all(pixels())
                .front(),
            sums);
  EXPECT_EQ(network_of(pooling(StageKind::maximum_pooling, window, {2, 2, 1}))
                .forward_all(pixels())
                .front(),
            maxima);
}

TEST(QuantCnn, AConvolutionReadsItsTableAtEveryPosition) {
  QuantStage stage = pooling(StageKind::layer, {.kernel = {1, 3}, .padding = {0, 1}}, {3, 3, 2});
  stage.layer.weights.resize(2, 3);
  stage.layer.weights << 0, 1, 0, 1, 0, -1;
  stage.layer.bias = {0, 3};
  stage.layer.bits = Bits{3};
  stage.layer.tables.resize(2, 8);
  stage.layer.tables << 0, 1, 2, 3, 3, 3, 3, 3, 7, 6, 5, 4, 3, 2, 1, 0;
  stage.layer.table_of = {0, 1};
  const QuantCNN network = network_of(stage);

  const auto values = network.forward_all(pixels());

  Matrix<std::int64_t> first(1, 6);
  first << 0, 5, 1, 6, 2, 3;  // row 0, 1, 2: left minus right is -1, -2, 1
  EXPECT_EQ(values[0].leftCols(6), first);
  EXPECT_EQ(values[1](0, 0), values[0].sum());
  EXPECT_EQ(network.integer_scores(pixels())(0, 0),
            0.5 * static_cast<double>(values[0].sum()) + 1.0);
  EXPECT_EQ(network.bootstraps(), 18U);
}

TEST(QuantCnn, CountsTheLookUpsOfMaxima) {
  const Window window{.kernel = {2, 2}, .stride = {2, 2}, .padding = {1, 1}};
  QuantStage stage = pooling(StageKind::maximum_pooling, window, {2, 2, 1});
  EXPECT_EQ(stage.bootstraps(), 0U + 1U + 1U + 3U);  // windows of 1, 2, 2 and 4 pixels
  stage.input_high = 1;
  EXPECT_EQ(stage.bootstraps(), 4U);
  stage.kind = StageKind::average_pooling;
  EXPECT_EQ(stage.bootstraps(), 0U);
}

TEST(QuantCnn, RowsOfAnotherSizeAreRefused) {
  const QuantCNN network =
      network_of(pooling(StageKind::average_pooling, {.kernel = {2, 2}}, {2, 2, 1}));
  expect_error(ErrorCode::mismatch, "integers, expected",
               [&] { network.forward_all(Matrix<std::int64_t>::Zero(1, 8)); });
  expect_error(ErrorCode::mismatch, "features, expected",
               [&] { network.quantize(Matrix<double>::Zero(1, 10)); });
  EXPECT_EQ(network.quantize(Matrix<double>::Constant(1, 9, 0.9)).sum(), 18);
}

}  // namespace
}  // namespace basalt::learn::quant_cnn_test
