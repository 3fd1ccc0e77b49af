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

      const FloatMatrix trained = example.training->forward(example.inputs, 0.9);

      EXPECT_LT((example.training->finished_scores(example.inputs) - trained).cwiseAbs().maxCoeff(),
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
      return cross_entropy({}, example.training->forward(example.inputs, 0.1), labels, gradient);
    };
    const double before = loss();
    for (int step = 0; step < 150; ++step) {
      loss();
      example.training->backward(example.inputs, gradient);
      example.training->step(example.spec.training.descent, 0.02, 1.0F);
    }
    EXPECT_LT(loss(), 0.7 * before);
  }
}

TEST(CnnInTraining, GoesBackToTheBest) {
  Example example(AccumulatorRule::bound, nets[2]);
  const FloatMatrix before = example.training->finished_scores(example.inputs);
  example.training->save_best();
  FloatMatrix gradient = FloatMatrix::Ones(40, 3);
  example.training->forward(example.inputs, 0.0);
  example.training->backward(example.inputs, gradient);
  example.training->step(example.spec.training.descent, 0.5, 1.0F);
  EXPECT_NE(example.training->finished_scores(example.inputs), before);

  example.training->restore_best();

  EXPECT_EQ(
      example.training->result().integer_scores(example.inputs.cast<std::int64_t>()).cast<float>(),
      before);
}

}  // namespace
}  // namespace basalt::learn::cnn_in_training_test
