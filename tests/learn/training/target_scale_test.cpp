#include "learn/training/target_scale.hpp"

#include <gtest/gtest.h>

#include "learn/data/generate.hpp"

namespace basalt::learn::target_scale_test {
namespace {

TEST(TargetScale, GivesTargetsMeanZeroAndDeviationOne) {
  const Dataset data = generate("regression", 50, RandomStream(Seed{1}));

  const Matrix<double> scaled = TargetScale(data).apply(data);

  EXPECT_NEAR(scaled.mean(), 0.0, 1e-12);
  EXPECT_NEAR(scaled.squaredNorm() / 50.0, 1.0, 1e-9);
}

TEST(TargetScale, RestoresScoresToTheTargetsOwnScale) {
  const Dataset data = generate("regression", 50, RandomStream(Seed{1}));
  const TargetScale scale(data);
  SparseQuantNeuralNetwork network;
  network.readout.scale = {1.0};
  network.readout.offset = {0.0};

  scale.restore(network);

  const double scaled = scale.apply(data)(7, 0);
  EXPECT_NEAR(network.readout.scale[0] * scaled + network.readout.offset[0], data.targets(7, 0),
              1e-9);
}

TEST(TargetScale, LeavesClassificationsAlone) {
  const Dataset data = generate("moons", 50, RandomStream(Seed{1}));
  SparseQuantNeuralNetwork network;
  network.readout.scale = {0.5, 0.5};

  TargetScale(data).restore(network);

  EXPECT_EQ(network.readout.scale, (std::vector<double>{0.5, 0.5}));
}

}  // namespace
}  // namespace basalt::learn::target_scale_test
