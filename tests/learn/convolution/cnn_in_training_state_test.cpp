#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/convolution/cnn_example.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::cnn_in_training_state_test {
namespace {

using Eigen::Index;

struct Example : tests::CnnExample {
  using CnnExample::CnnExample;

  void train() {
    for (int step = 0; step < 20; ++step) {
      const FloatMatrix gradient = training->forward(inputs, 0.1);  // towards scores of 0
      training->backward(inputs, gradient);
      training->step(spec.training.descent, 0.02, 1.0F);
    }
  }
};

const std::vector<std::string> grouped{"conv2d(4, 2)", "maxpool2d(2)", "conv2d(4, 2, groups=2)"};

TEST(CnnInTrainingState, GivesAnotherNetworkTheSameScores) {
  for (const AccumulatorRule rule :
       {AccumulatorRule::omega, AccumulatorRule::bound, AccumulatorRule::wrap}) {
    Example first(rule, grouped, 5), second(rule, grouped, 6);
    first.train();
    const FloatMatrix scores = first.training->finished_scores(first.inputs);
    EXPECT_NE(second.training->finished_scores(first.inputs), scores);

    const TrainingState state = first.network().state();
    Example third(rule, grouped, 6);
    third.network().restore(state);

    EXPECT_EQ(state.layers.size(), 3U);  // two groups are two layers
    EXPECT_LT(
        (third.training->forward(first.inputs, 0.9) - first.training->forward(first.inputs, 0.9))
            .cwiseAbs()
            .maxCoeff(),
        1e-5F);
  }
}

TEST(CnnInTrainingState, IsRefusedByANetworkOfAnotherShape) {
  Example example(AccumulatorRule::bound, grouped, 5);
  const TrainingState state = example.network().state();
  for (const std::vector<std::string>& layers :
       {std::vector<std::string>{"conv2d(4, 2)", "maxpool2d(2)"},
        std::vector<std::string>{"conv2d(4, 2)", "maxpool2d(2)", "conv2d(8, 2, groups=2)"}}) {
    Example other(AccumulatorRule::bound, layers, 5);
    expect_error(ErrorCode::mismatch, "other layers, outputs or another",
                 [&] { other.network().restore(state); });
  }
}

/// Channel 1 of every layer is read by nothing.
TEST(CnnInTrainingState, ComputesTheSameWithoutChannelsThatNothingReads) {
  for (const std::vector<std::string>& layers :
       {std::vector<std::string>{"conv2d(2, 2)", "maxpool2d(2)", "dense(2)", "dense(2)"},
        std::vector<std::string>{"conv2d(2, 3, padding=1)", "conv2d(2, 3, padding=1)", "add(0)",
                                 "avgpool2d(2)", "flatten"}}) {
    Example whole(AccumulatorRule::bound, layers, 5), half(AccumulatorRule::bound, layers, 5);
    whole.train();
    TrainingState state = whole.network().state();
    for (std::size_t i = 0; i < state.layers.size(); ++i) {
      FloatMatrix& weights = state.layers[i].weights;
      weights = 0.5F * weights.cwiseSign();  // how they are rounded depends on nothing else
      for (Index e = 1; i > 0 && e < weights.cols(); e += 2) weights.col(e).setZero();
    }
    for (Index e = 1; e < state.readout.cols(); e += 2) state.readout.col(e).setZero();
    whole.network().restore(state);
    half.network().restore(state);
    half.network().prune(0.5);

    const QuantCNN network = half.training->result();
    EXPECT_EQ(network.integer_scores(half.inputs.cast<std::int64_t>()),
              whole.training->result().integer_scores(half.inputs.cast<std::int64_t>()));
    EXPECT_LE(2 * network.bootstraps(), whole.training->result().bootstraps());
    EXPECT_TRUE(network.state.pruned);
    EXPECT_EQ(network.stages.front().output.channels, 1U);
  }
}

TEST(CnnInTrainingState, IsPartOfTheFinishedNetwork) {
  Example example(AccumulatorRule::wrap, grouped, 5);
  const QuantCNN network = example.training->result();
  EXPECT_FALSE(network.state.empty());
  EXPECT_EQ(network.state.readout.rows(), 3);
  EXPECT_FALSE(network.state.pruned);
}

}  // namespace
}  // namespace basalt::learn::cnn_in_training_state_test
