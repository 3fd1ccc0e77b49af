#include "learn/layer/quantized_training.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace basalt::learn::quantized_training_test {
namespace {

/// What a network of one output ends as: the number of its steps.
struct Counted {
  int steps = 0;
  Matrix<double> integer_scores(const Matrix<std::int64_t>& inputs) const {
    return Matrix<double>::Constant(inputs.rows(), 1, steps);
  }
};

/// Writes down what is asked of it.
class Recorder {
 public:
  explicit Recorder(std::vector<std::string>& log, bool pruned = false)
      : log_(&log), pruned_(pruned) {}

  LinearHead& head() { return head_; }
  void restore(const TrainingState& state) { pruned_ = state.pruned; }
  const FloatMatrix& forward(const FloatMatrix& inputs, Phase phase, bool rounded) {
    log_->push_back(std::string(phase == Phase::frozen ? "frozen" : "learning") +
                    (rounded ? " rounded" : ""));
    scores_ = FloatMatrix::Zero(inputs.rows(), 1);
    return scores_;
  }
  void backward(const FloatMatrix&, const FloatMatrix&) {}
  double gradient_norm() const { return 1.0; }
  void step(const DescentSpec&, double, float) { ++steps_; }
  void round_weights() {}
  void freeze_statistics(const FloatMatrix& rows) {
    log_->push_back("freeze on " + std::to_string(rows.rows()));
  }
  void prune(double share) {
    log_->push_back("prune " + std::to_string(share).substr(0, 4));
    pruned_ = true;
  }
  bool is_pruned() const { return pruned_; }
  Counted finish() const { return {steps_}; }

 private:
  std::vector<std::string>* log_;
  LinearHead head_;
  FloatMatrix scores_;
  bool pruned_;
  int steps_ = 0;
};

using Log = std::vector<std::string>;
using Training = QuantizedTraining<Recorder>;

const FloatMatrix rows = FloatMatrix::Zero(6, 2);

TEST(QuantizedTraining, PrunesRoundsAndFreezesOnceEachInThisOrder) {
  Log log;
  Training training(Recorder(log), rows, 0.25);

  for (const double progress : {0.0, 0.4, 0.5, 0.79, 0.8, 0.9}) training.forward(rows, progress);

  EXPECT_EQ(log, (Log{"learning", "prune 0.25", "learning", "learning rounded", "learning rounded",
                      "freeze on 6", "frozen rounded", "frozen rounded"}));
}

TEST(QuantizedTraining, PrunesAResumedNetworkAtOnce) {
  Log log;
  Training training(Recorder(log), rows, 0.5);

  training.resume({});
  training.forward(rows, 0.45);

  EXPECT_EQ(log, (Log{"prune 0.50", "learning"}));
}

TEST(QuantizedTraining, FinishesWithTheStatisticsOfTheSampleBeforeTheyAreFrozen) {
  Log log;
  Training training(Recorder(log), rows, 0.0);

  training.finished_scores(rows);
  training.forward(rows, 0.8);
  training.finished_scores(rows);

  EXPECT_EQ(log, (Log{"freeze on 6", "freeze on 6", "frozen rounded"}));
}

TEST(QuantizedTraining, GoesBackToTheBestOnlyWhenAsked) {
  Log log;
  Training training(Recorder(log), rows, 0.0);
  training.step({}, 0.1, 1.0F);
  training.save_best();
  training.step({}, 0.1, 1.0F);

  EXPECT_EQ(training.result().steps, 2);
  training.restore_best();
  EXPECT_EQ(training.result().steps, 1);
}

TEST(QuantizedTraining, StartsNoRegressionWithoutALinearPath) {
  Log log;
  Training training(Recorder(log), rows, 0.0);

  training.start_regression(rows, Matrix<double>::Zero(6, 1), 0.0);

  EXPECT_TRUE(log.empty());
}

}  // namespace
}  // namespace basalt::learn::quantized_training_test
