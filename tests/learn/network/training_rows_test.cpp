#include "learn/network/training_rows.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/generate.hpp"
#include "learn/network/train_network.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::training_rows_test {
namespace {

Dataset waves(Eigen::Index rows) {
  Dataset data;
  data.task = Task::regression;
  data.features.resize(rows, 3);
  data.targets.resize(rows, 2);
  RandomStream random(Seed{5});
  for (double& value : data.features.reshaped()) value = random.gaussian();
  data.targets.col(0) = 7.0 + 3.0 * data.features.col(0).array();
  data.targets.col(1).setConstant(4.0);
  return data;
}

TEST(TrainingRows, HoldOutTheAskedShare) {
  NetworkSpec spec;
  spec.training.validation_share = 0.25;
  const RandomStream random(Seed{1});

  const TrainingRows rows = make_training_rows(spec, waves(200), nullptr, random);

  EXPECT_EQ(rows.valid.rows(), 50U);
  EXPECT_EQ(rows.train.rows(), 150U);
  EXPECT_EQ(rows.integers.rows(), 150);
  EXPECT_EQ(rows.loop_valid().rows(), 50U);
  spec.training.validation_share = 0.0;
  EXPECT_EQ(make_training_rows(spec, waves(200), nullptr, random).valid.rows(), 0U);
}

TEST(TrainingRows, ImagesChangeAnewInEveryEpoch) {
  NetworkSpec spec;
  spec.training.augmentation = Augmentation::affine;
  Dataset data = generate("classification", 60, RandomStream(Seed{1}));
  data.features.conservativeResize(Eigen::NoChange, 16);
  const RandomStream random(Seed{1});
  const TrainingRows rows = make_training_rows(spec, data, nullptr, random);

  const LoopRows loop = rows.loop_rows(spec, random);

  EXPECT_EQ(loop.integers.front(), rows.integers);
  EXPECT_NE(loop.change(0), rows.integers);
  EXPECT_NE(loop.change(0), loop.change(1));
  EXPECT_EQ(loop.change(1), loop.change(1));
}

TEST(TrainingRows, KeepTheGridAndTheScaleOfANetworkThatIsTrainedFurther) {
  NetworkSpec spec;
  const RandomStream random(Seed{1});
  const TrainingRows first = make_training_rows(spec, waves(200), nullptr, random);
  SparseQuantNeuralNetwork start;
  start.grid = first.inputs.grid;
  start.state.target_mean = {1.0, 2.0};
  start.state.target_deviation = {3.0, 4.0};
  Dataset larger = waves(50);
  larger.features *= 10.0;

  const TrainingRows again = make_training_rows(spec, larger, &start, random);

  EXPECT_EQ(again.scale.mean(), start.state.target_mean);
  EXPECT_EQ(again.inputs.grid.quantizers.front().spec().scale,
            start.grid.quantizers.front().spec().scale);
  larger.features = larger.features.leftCols(1).eval();
  expect_error(ErrorCode::mismatch, "the network reads feature",
               [&] { make_training_rows(spec, larger, &start, random); });
}

}  // namespace
}  // namespace basalt::learn::training_rows_test
