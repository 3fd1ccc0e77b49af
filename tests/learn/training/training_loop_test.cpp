#include "learn/training/training_loop.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"

namespace basalt::learn::training_loop_test {
namespace {

using Eigen::Index;

/// One score per class that does not depend on the row: enough to watch the loop.
class Constant : public TrainableNetwork {
 public:
  const FloatMatrix& forward(const FloatMatrix& inputs, double progress) override {
    progress_.push_back(progress);
    for (Index row = 0; row < inputs.rows(); ++row) seen_.push_back(inputs(row, 0));
    scores_ = FloatMatrix::Constant(inputs.rows(), 2, value_);
    scores_.col(1).setZero();
    return scores_;
  }
  void backward(const FloatMatrix&, const FloatMatrix& gradient) override {
    gradient_ = gradient.col(0).sum();
  }
  void step(const DescentSpec&, double rate, float factor) override {
    rates_.push_back(rate);
    lengths_.push_back(factor * std::abs(gradient_));
    value_ -= static_cast<float>(rate) * (grows_ ? -1.0F : factor * gradient_);
  }
  double gradient_norm() const override { return std::abs(static_cast<double>(gradient_)); }
  FloatMatrix finished_scores(const FloatMatrix& inputs) override {
    FloatMatrix scores = FloatMatrix::Zero(inputs.rows(), 2);
    scores.col(0).setConstant(value_);
    return scores;
  }
  void save_best() override { best_ = value_; }
  void restore_best() override { value_ = best_; }

  float value_ = 0.0F, best_ = 0.0F, gradient_ = 0.0F;
  bool grows_ = false;
  std::vector<double> progress_, rates_;
  std::vector<float> seen_, lengths_;
  FloatMatrix scores_;
};

LoopRows rows(std::size_t count) {
  LoopRows made;
  made.copies.push_back(FloatMatrix(static_cast<Index>(count), 1));
  for (std::size_t i = 0; i < count; ++i) {
    made.copies[0](static_cast<Index>(i), 0) = static_cast<float>(i);
    made.labels.push_back(i % 4 == 0 ? 1 : 0);
  }
  return made;
}

TrainingSpec spec_of(std::size_t epochs) {
  TrainingSpec spec;
  spec.epochs = epochs;
  spec.batch_size = 8;
  spec.cross_entropy.label_smoothing = 0.0;
  spec.descent.learning_rate = 1.0;
  spec.schedule = {.policy = SchedulePolicy::constant};
  return spec;
}

TEST(TrainingLoop, SeesEveryRowOfAnEpochOnceInAnotherOrder) {
  Constant network;
  std::vector<EpochRecord> history;

  run_training(spec_of(2), network, rows(24), {}, RandomStream(Seed{1}), {}, history);

  ASSERT_EQ(network.seen_.size(), 48U);
  std::vector<float> first(network.seen_.begin(), network.seen_.begin() + 24);
  std::vector<float> second(network.seen_.begin() + 24, network.seen_.end());
  EXPECT_NE(first, second);
  std::ranges::sort(first);
  std::ranges::sort(second);
  EXPECT_EQ(first, second);
  EXPECT_EQ(first.back(), 23.0F);
  EXPECT_EQ(network.progress_.front(), 0.0);
  EXPECT_NEAR(network.progress_.back(), 5.0 / 6.0, 1e-12);
}

TEST(TrainingLoop, FindsTheShareOfTheClasses) {
  Constant network;
  std::vector<EpochRecord> history;

  run_training(spec_of(60), network, rows(64), {}, RandomStream(Seed{1}), {}, history);

  EXPECT_NEAR(network.value_, std::log(3.0), 0.2);  // three of four rows are of class 0
}

TEST(TrainingLoop, StopsWithoutImprovementAndGoesBackToTheBest) {
  Constant network;
  network.grows_ = true;
  TrainingSpec spec = spec_of(100);
  spec.descent.learning_rate = 0.1;
  spec.stopping = {.active = true, .patience = 3, .threshold = 1e-6};
  spec.checkpoint.active = true;
  std::vector<EpochRecord> history;

  run_training(spec, network, rows(64), rows(64), RandomStream(Seed{1}), {}, history);

  EXPECT_LT(history.size(), 30U);
  EXPECT_NEAR(network.value_, std::log(3.0), 0.8);
  const auto best = std::ranges::min(history, {}, &EpochRecord::valid_loss);
  EXPECT_EQ(best.epoch + 3, history.back().epoch);
}

TEST(TrainingLoop, ShortensGradientsThatAreLongerThanTheClip) {
  const auto longest = [](double clip) {
    Constant network;
    TrainingSpec spec = spec_of(3);
    spec.gradient_clip = clip;
    std::vector<EpochRecord> history;
    run_training(spec, network, rows(64), {}, RandomStream(Seed{1}), {}, history);
    return std::ranges::max(network.lengths_);
  };

  EXPECT_NEAR(longest(0.01), 0.01, 1e-6);
  EXPECT_EQ(longest(0.0), longest(100.0));
  EXPECT_GT(longest(0.0), 0.1);
}

TEST(TrainingLoop, AHookMayStop) {
  Constant network;
  std::vector<EpochRecord> history;

  run_training(
      spec_of(50), network, rows(16), {}, RandomStream(Seed{1}),
      [](const EpochRecord& record) { return record.epoch < 4; }, history);

  EXPECT_EQ(history.size(), 4U);
}

TEST(TrainingLoop, DrawsChangedCopies) {
  Constant network;
  LoopRows train = rows(16);
  train.copies.push_back(FloatMatrix::Constant(16, 1, 100.0F));
  train.changed_share = 0.5;
  std::vector<EpochRecord> history;

  run_training(spec_of(20), network, train, {}, RandomStream(Seed{1}), {}, history);

  const auto changed = std::ranges::count(network.seen_, 100.0F);
  EXPECT_NEAR(static_cast<double>(changed), 160.0, 45.0);  // 5 deviations of 320 draws
}

TEST(TrainingLoop, ChangesRowsAnewInEveryEpoch) {
  Constant network;
  LoopRows train = rows(16);
  train.integers.push_back(train.copies.front().cast<std::uint8_t>());
  train.copies.clear();
  train.change = [](std::size_t epoch) {
    return Matrix<std::uint8_t>(
        Matrix<std::uint8_t>::Constant(16, 1, static_cast<std::uint8_t>(100 + epoch)));
  };
  std::vector<EpochRecord> history;

  run_training(spec_of(3), network, train, {}, RandomStream(Seed{1}), {}, history);

  ASSERT_EQ(network.seen_.size(), 48U);
  for (std::size_t i = 0; i < 48; ++i) {
    EXPECT_EQ(network.seen_[i], 100.0F + static_cast<float>(i / 16));
  }
}

TEST(TrainingLoop, ALossThatIsNotFiniteNamesTheRate) {
  Constant network;
  network.value_ = std::numeric_limits<float>::quiet_NaN();
  std::vector<EpochRecord> history;
  try {
    run_training(spec_of(1), network, rows(16), {}, RandomStream(Seed{1}), {}, history);
    FAIL() << "NaN was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "lr");
  }
}

}  // namespace
}  // namespace basalt::learn::training_loop_test
