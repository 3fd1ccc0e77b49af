#include "learn/float/batch_normalization.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"

namespace basalt::learn::batch_normalization_test {
namespace {

using Eigen::Index;

FloatMatrix drawn(Index rows, Index columns, float mean, float deviation, std::uint64_t seed) {
  FloatMatrix values(rows, columns);
  RandomStream random{Seed{seed}};
  for (Index i = 0; i < values.size(); ++i) {
    values.data()[i] = mean + deviation * static_cast<float>(random.gaussian());
  }
  return values;
}

TEST(BatchNormalization, GivesColumnsTheMeanAndDeviationThatItSays) {
  BatchNormalization layer(3);
  layer.gain << 1.0F, 2.0F, 0.5F;
  layer.shift << 0.0F, -1.0F, 4.0F;
  FloatMatrix sums = drawn(200, 3, 7.0F, 3.0F, 1);

  layer.learn(sums);

  for (Index c = 0; c < 3; ++c) {
    EXPECT_NEAR(sums.col(c).mean(), layer.shift(0, c), 1e-4);
    const float variance = (sums.col(c).array() - layer.shift(0, c)).square().mean();
    EXPECT_NEAR(std::sqrt(variance), layer.gain(0, c), 1e-3);
  }
}

TEST(BatchNormalization, ComesToTheSameByItsRunningStatistics) {
  BatchNormalization layer(2);
  const FloatMatrix sums = drawn(400, 2, -3.0F, 2.0F, 2);
  FloatMatrix learned;
  for (int step = 0; step < 200; ++step) {
    learned = sums;
    layer.learn(learned);
  }
  FloatMatrix applied = sums;
  layer.apply(applied);

  EXPECT_LT((applied - learned).cwiseAbs().maxCoeff(), 0.01F);  // n or n - 1: 1/800 of 3 deviations
}

// Estimates of roots differ between makes of processors; an exact root is the same everywhere.
TEST(BatchNormalization, HasTheResultOfExactRoots) {
  constexpr Index columns = 512;
  BatchNormalization layer(columns);
  layer.running_variance = drawn(1, columns, 0.0F, 3.0F, 5).cwiseAbs();
  const FloatMatrix sums = drawn(1, columns, 0.0F, 1.0F, 6);

  FloatMatrix applied = sums;
  layer.apply(applied);

  for (Index c = 0; c < columns; ++c) {
    const float factor = 1.0F / std::sqrt(layer.running_variance(0, c) + 1e-5F);
    EXPECT_EQ(applied(0, c), sums(0, c) * factor) << "column " << c;
  }
}

/// A weighted sum of the results, whose gradients are known by differences.
TEST(BatchNormalization, HasTheGradientsOfItsResults) {
  const FloatMatrix sums = drawn(6, 2, 1.0F, 2.0F, 3), weights = drawn(6, 2, 0.0F, 1.0F, 4);
  BatchNormalization layer(2);
  layer.gain << 1.5F, 0.7F;
  layer.shift << 0.2F, -0.4F;
  const auto loss = [&](BatchNormalization changed, FloatMatrix values) {
    changed.learn(values);
    return static_cast<double>(values.cwiseProduct(weights).sum());
  };
  FloatMatrix results = sums, gradient = weights;
  BatchNormalization learned = layer;
  learned.learn(results);
  learned.backward(gradient);

  constexpr float step = 1e-2F;
  const auto slope = [&](auto&& change) {
    BatchNormalization up = layer, down = layer;
    FloatMatrix above = sums, below = sums;
    change(up, above, step);
    change(down, below, -step);
    return (loss(up, above) - loss(down, below)) / (2.0 * step);
  };
  for (Index c = 0; c < 2; ++c) {
    EXPECT_NEAR(slope([c](auto& one, auto&, float by) { one.gain(0, c) += by; }),
                learned.gain_gradient(0, c), 5e-3);
    EXPECT_NEAR(slope([c](auto& one, auto&, float by) { one.shift(0, c) += by; }),
                learned.shift_gradient(0, c), 5e-3);
    for (Index row = 0; row < 6; ++row) {
      EXPECT_NEAR(slope([=](auto&, auto& values, float by) { values(row, c) += by; }),
                  gradient(row, c), 5e-3);
    }
  }
}

}  // namespace
}  // namespace basalt::learn::batch_normalization_test
