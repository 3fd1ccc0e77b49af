#include "learn/training/training_loop.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace basalt::learn::training_loop_test {
namespace {

using Eigen::Index;

/// One score per class that does not depend on the row: enough to watch the loop.
class Constant : public Trainee {
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
  void step(const TrainingSpec&, double rate) override {
    rates_.push_back(rate);
    value_ -= static_cast<float>(rate) * (grows_ ? -1.0F : gradient_);
  }
  FloatMatrix finished_scores(const FloatMatrix& inputs) override {
    FloatMatrix scores = FloatMatrix::Zero(inputs.rows(), 2);
    scores.col(0).setConstant(value_);
    return scores;
  }
  void keep() override { kept_ = value_; }
  void recall() override { value_ = kept_; }

  float value_ = 0.0F, kept_ = 0.0F, gradient_ = 0.0F;
  bool grows_ = false;
  std::vector<double> progress_, rates_;
  std::vector<float> seen_;
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
  Constant trainee;
  std::vector<EpochRecord> history;

  run_training(spec_of(2), trainee, rows(24), {}, RandomStream(Seed{1}), {}, history);

  ASSERT_EQ(trainee.seen_.size(), 48U);
  std::vector<float> first(trainee.seen_.begin(), trainee.seen_.begin() + 24);
  std::vector<float> second(trainee.seen_.begin() + 24, trainee.seen_.end());
  EXPECT_NE(first, second);
  std::ranges::sort(first);
  std::ranges::sort(second);
  EXPECT_EQ(first, second);
  EXPECT_EQ(first.back(), 23.0F);
  EXPECT_EQ(trainee.progress_.front(), 0.0);
  EXPECT_NEAR(trainee.progress_.back(), 5.0 / 6.0, 1e-12);
}

TEST(TrainingLoop, FindsTheShareOfTheClasses) {
  Constant trainee;
  std::vector<EpochRecord> history;

  run_training(spec_of(60), trainee, rows(64), {}, RandomStream(Seed{1}), {}, history);

  EXPECT_NEAR(trainee.value_, std::log(3.0), 0.2);  // three of four rows are of class 0
}

TEST(TrainingLoop, StopsWithoutImprovementAndGoesBackToTheBest) {
  Constant trainee;
  trainee.grows_ = true;
  TrainingSpec spec = spec_of(100);
  spec.descent.learning_rate = 0.1;
  spec.stopping = {.active = true, .patience = 3, .threshold = 1e-6};
  spec.checkpoint.active = true;
  std::vector<EpochRecord> history;

  run_training(spec, trainee, rows(64), rows(64), RandomStream(Seed{1}), {}, history);

  EXPECT_LT(history.size(), 30U);
  EXPECT_NEAR(trainee.value_, std::log(3.0), 0.8);
  const auto best = std::ranges::min(history, {}, &EpochRecord::valid_loss);
  EXPECT_EQ(best.epoch + 3, history.back().epoch);
}

TEST(TrainingLoop, AHookMayStop) {
  Constant trainee;
  std::vector<EpochRecord> history;

  run_training(
      spec_of(50), trainee, rows(16), {}, RandomStream(Seed{1}),
      [](const EpochRecord& record) { return record.epoch < 4; }, history);

  EXPECT_EQ(history.size(), 4U);
}

TEST(TrainingLoop, DrawsChangedCopies) {
  Constant trainee;
  LoopRows train = rows(16);
  train.copies.push_back(FloatMatrix::Constant(16, 1, 100.0F));
  train.changed_share = 0.5;
  std::vector<EpochRecord> history;

  run_training(spec_of(20), trainee, train, {}, RandomStream(Seed{1}), {}, history);

  const auto changed = std::ranges::count(trainee.seen_, 100.0F);
  EXPECT_NEAR(static_cast<double>(changed), 160.0, 45.0);  // 5 deviations of 320 draws
}

TEST(TrainingLoop, ChangesRowsAnewInEveryEpoch) {
  Constant trainee;
  LoopRows train = rows(16);
  train.integers.push_back(train.copies.front().cast<std::uint8_t>());
  train.copies.clear();
  train.change = [](std::size_t epoch) {
    return Matrix<std::uint8_t>(
        Matrix<std::uint8_t>::Constant(16, 1, static_cast<std::uint8_t>(100 + epoch)));
  };
  std::vector<EpochRecord> history;

  run_training(spec_of(3), trainee, train, {}, RandomStream(Seed{1}), {}, history);

  ASSERT_EQ(trainee.seen_.size(), 48U);
  for (std::size_t i = 0; i < 48; ++i) {
    EXPECT_EQ(trainee.seen_[i], 100.0F + static_cast<float>(i / 16));
  }
}

TEST(TrainingLoop, ALossThatIsNotFiniteNamesTheRate) {
  Constant trainee;
  trainee.value_ = std::numeric_limits<float>::quiet_NaN();
  std::vector<EpochRecord> history;
  try {
    run_training(spec_of(1), trainee, rows(16), {}, RandomStream(Seed{1}), {}, history);
    FAIL() << "NaN was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "lr");
  }
}

}  // namespace
}  // namespace basalt::learn::training_loop_test
