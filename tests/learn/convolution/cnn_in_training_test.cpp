#include <gtest/gtest.h>

#include "learn/convolution/cnn_example.hpp"

namespace basalt::learn::cnn_in_training_test {
namespace {

using Eigen::Index;

using Example = tests::CnnExample;

const std::vector<std::vector<std::string>> nets{
    {"conv2d(1, 3, padding=1)", "add(input)", "conv2d(2, 3)"},
    {"conv2d(4, 2)", "maxpool2d(2)", "conv2d(4, 2, groups=2)"},
    {"conv2d(2, 3)", "avgpool2d(2)"},
    {"conv2d(1, 3, padding=1)", "add(input)", "maxpool2d(2)", "dense(6)"}};

TEST(CnnInTraining, FinishedScoresAreThoseOfTheLastForwardPass) {
  for (const AccumulatorRule rule : {AccumulatorRule::bound, AccumulatorRule::wrap}) {
    for (std::size_t i = 0; i < nets.size(); ++i) {
      SCOPED_TRACE(i);
      Example example(rule, nets[i]);

      const FloatMatrix trained = example.network->forward(example.inputs, 0.9);

      EXPECT_LT((example.network->finished_scores(example.inputs) - trained).cwiseAbs().maxCoeff(),
                1e-4F);
    }
  }
}

TEST(CnnInTraining, DescentLowersTheLoss) {
  for (std::size_t i = 0; i < nets.size(); ++i) {
    SCOPED_TRACE(i);
    Example example(AccumulatorRule::bound, nets[i]);
    std::vector<std::int32_t> labels;
    for (Index row = 0; row < example.inputs.rows(); ++row) {
      const float left = example.inputs.row(row).head(12).sum();
      labels.push_back(left > 19.0F ? 2 : left > 16.0F ? 1 : 0);
    }
    FloatMatrix gradient;
    const auto loss = [&] {
      return cross_entropy({}, example.network->forward(example.inputs, 0.1), labels, gradient);
    };
    const double before = loss();
    for (int step = 0; step < 150; ++step) {
      loss();
      example.network->backward(example.inputs, gradient);
      example.network->step(example.spec.training, 0.02);
    }
    EXPECT_LT(loss(), 0.7 * before);
  }
}

TEST(CnnInTraining, GoesBackToWhatWasKept) {
  Example example(AccumulatorRule::bound, nets[2]);
  const FloatMatrix before = example.network->finished_scores(example.inputs);
  example.network->keep();
  FloatMatrix gradient = FloatMatrix::Ones(40, 3);
  example.network->forward(example.inputs, 0.0);
  example.network->backward(example.inputs, gradient);
  example.network->step(example.spec.training, 0.5);
  EXPECT_NE(example.network->finished_scores(example.inputs), before);

  example.network->recall();

  EXPECT_EQ(example.network->finished_scores(example.inputs), before);
}

}  // namespace
}  // namespace basalt::learn::cnn_in_training_test
