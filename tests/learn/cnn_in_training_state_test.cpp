#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/cnn_example.hpp"

namespace basalt::learn::cnn_in_training_state_test {
namespace {

using Eigen::Index;

struct Example : tests::CnnExample {
  using CnnExample::CnnExample;

  void train() {
    for (int step = 0; step < 20; ++step) {
      const FloatMatrix gradient = network->forward(inputs, 0.1);  // towards scores of 0
      network->backward(inputs, gradient);
      network->step(spec, 0.02);
    }
  }
};

const std::vector<std::string> grouped{"conv2d(4, 2)", "maxpool2d(2)", "conv2d(4, 2, groups=2)"};

TEST(CnnInTrainingState, GivesAnotherNetworkTheSameScores) {
  for (const AccumulatorRule rule :
       {AccumulatorRule::omega, AccumulatorRule::bound, AccumulatorRule::wrap}) {
    Example first(rule, grouped, 5), second(rule, grouped, 6);
    first.train();
    const FloatMatrix scores = first.network->finished_scores(first.inputs);
    EXPECT_NE(second.network->finished_scores(first.inputs), scores);

    const TrainingState state = first.network->state();
    Example third(rule, grouped, 6);
    third.network->restore(state);

    EXPECT_EQ(state.layers.size(), 3U);  // two groups are two layers
    EXPECT_LT(
        (third.network->forward(first.inputs, 0.9) - first.network->forward(first.inputs, 0.9))
            .cwiseAbs()
            .maxCoeff(),
        1e-5F);
  }
}

TEST(CnnInTrainingState, IsRefusedByANetworkOfAnotherShape) {
  Example example(AccumulatorRule::bound, grouped, 5);
  const TrainingState state = example.network->state();
  for (const std::vector<std::string>& layers :
       {std::vector<std::string>{"conv2d(4, 2)", "maxpool2d(2)"},
        std::vector<std::string>{"conv2d(4, 2)", "maxpool2d(2)", "conv2d(8, 2, groups=2)"}}) {
    Example other(AccumulatorRule::bound, layers, 5);
    EXPECT_THROW(other.network->restore(state), Error);
  }
}

TEST(CnnInTrainingState, IsPartOfTheFinishedNetwork) {
  Example example(AccumulatorRule::wrap, grouped, 5);
  const QuantCNN network = example.network->finished();
  EXPECT_FALSE(network.state.empty());
  EXPECT_EQ(network.state.readout.rows(), 3);
  EXPECT_FALSE(network.state.pruned);
}

}  // namespace
}  // namespace basalt::learn::cnn_in_training_state_test
