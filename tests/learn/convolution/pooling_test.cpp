#include "learn/convolution/pooling.hpp"

#include <gtest/gtest.h>

namespace basalt::learn::pooling_test {
namespace {

/// The pooling stage of a network that only pools.
StageSpec stage_of(const char* pooling, const ImageShape& image) {
  return read_layers({pooling}, {.image = image}).front();
}

const ImageShape square{.height = 2, .width = 2, .channels = 2};

/// Two channels, [1 2; 3 4] and [8 6; 5 7].
FloatMatrix two_channels() {
  return (FloatMatrix(1, 8) << 1, 8, 2, 6, 3, 5, 4, 7).finished();
}

FloatMatrix pooled(Pooling& pooling) {
  FloatMatrix out;
  pooling.forward(two_channels(), out);
  return out;
}

/// What reaches the inputs of a gradient of 4 and of 8.
FloatMatrix sent_back(Pooling& pooling) {
  pooled(pooling);
  FloatMatrix below = FloatMatrix::Zero(1, 8);
  pooling.backward((FloatMatrix(1, 2) << 4, 8).finished(), below);
  return below;
}

TEST(Pooling, TakesTheLargestOfEachChannel) {
  Pooling pooling(stage_of("maxpool2d(2)", square), WindowAverage::sum);

  EXPECT_EQ(pooled(pooling), (FloatMatrix(1, 2) << 4, 8).finished());
  EXPECT_EQ(sent_back(pooling), (FloatMatrix(1, 8) << 0, 8, 0, 0, 0, 0, 4, 0).finished());
}

TEST(Pooling, AddsUpEachChannel) {
  Pooling pooling(stage_of("avgpool2d(2)", square), WindowAverage::sum);

  EXPECT_EQ(pooled(pooling), (FloatMatrix(1, 2) << 10, 26).finished());
  EXPECT_EQ(sent_back(pooling), (FloatMatrix(1, 8) << 4, 8, 4, 8, 4, 8, 4, 8).finished());
}

TEST(Pooling, AveragesEachChannel) {
  Pooling pooling(stage_of("avgpool2d(2)", square), WindowAverage::mean);

  EXPECT_EQ(pooled(pooling), (FloatMatrix(1, 2) << 2.5F, 6.5F).finished());
  EXPECT_EQ(sent_back(pooling), (FloatMatrix(1, 8) << 1, 2, 1, 2, 1, 2, 1, 2).finished());
}

TEST(Pooling, AddsToTheGradientThatIsThere) {
  Pooling pooling(stage_of("maxpool2d(2)", square), WindowAverage::sum);
  pooled(pooling);
  FloatMatrix below = FloatMatrix::Ones(1, 8);

  pooling.backward((FloatMatrix(1, 2) << 4, 8).finished(), below);

  EXPECT_EQ(below, (FloatMatrix(1, 8) << 1, 9, 1, 1, 1, 1, 5, 1).finished());
}

}  // namespace
}  // namespace basalt::learn::pooling_test
