#include "learn/layer/readout_fit.hpp"

#include <gtest/gtest.h>

#include "learn/data/generate.hpp"

namespace basalt::learn::readout_fit_test {
namespace {

/// Two classes that one hidden value separates and the input does not.
Dataset separated_classes(Matrix<double>& inputs, Matrix<double>& hidden) {
  RandomStream random(Seed{3});
  Dataset data;
  data.classes = {"0", "1"};
  inputs.resize(200, 1);
  hidden.resize(200, 1);
  for (Eigen::Index row = 0; row < 200; ++row) {
    inputs(row, 0) = static_cast<double>(random.below(16));
    hidden(row, 0) = random.below(2) == 0 ? -0.5 : 0.5;
    data.labels.push_back(hidden(row, 0) > 0 ? 1 : 0);
  }
  data.features = inputs;
  return data;
}

TEST(ReadOutFit, ReadsTheHiddenValueThatTellsTheClasses) {
  Matrix<double> inputs, hidden;
  const Dataset data = separated_classes(inputs, hidden);

  const FittedReadOut fitted = fit_readout(data, {}, inputs, hidden, 15);

  EXPECT_LT(fitted.loss, 0.05);
  EXPECT_GT(fitted.real.hidden(1, 0), 1.0F);
  EXPECT_FLOAT_EQ(fitted.real.hidden(0, 0), -fitted.real.hidden(1, 0));
  EXPECT_NEAR(fitted.residual.rowwise().sum().cwiseAbs().maxCoeff(), 0.0, 1e-12);
}

TEST(ReadOutFit, ResidualsAreWhatTheRealReadOutLeaves) {
  const Dataset data = generate("smooth", 100, RandomStream(Seed{1}));
  const Matrix<double> inputs = (15.0 * data.features).array().round();
  Matrix<double> hidden(100, 2);
  hidden << data.features.col(0).array().square().matrix(),
      data.features.col(1).array().square().matrix();

  const FittedReadOut fitted = fit_readout(data, data.targets, inputs, hidden, 15);

  const RealReadOut& real = fitted.real;
  const Matrix<double> scores = ((hidden * real.hidden.cast<double>().transpose() +
                                  inputs / 15.0 * real.skip.cast<double>().transpose())
                                     .rowwise() +
                                 real.bias.cast<double>().row(0));
  EXPECT_NEAR((data.targets - scores - fitted.residual).cwiseAbs().maxCoeff(), 0.0, 1e-5);
  EXPECT_NEAR(fitted.loss, fitted.residual.squaredNorm() / 100.0, 1e-12);
}

TEST(FitLinear, FindsALawOfTheInputsAlone) {
  FloatMatrix inputs(50, 2);
  RandomStream random(Seed{8});
  for (Eigen::Index i = 0; i < inputs.size(); ++i) {
    inputs.data()[i] = static_cast<float>(random.below(16));
  }
  Matrix<double> targets(50, 2);
  targets << (inputs.col(0).cast<double>().array() * 3.0 + 1.0).matrix(),
      (inputs.col(1).cast<double>() * -2.0);

  const RealReadOut real = fit_linear(targets, inputs, 15);

  EXPECT_EQ(real.hidden.cols(), 0);
  EXPECT_NEAR(real.skip(0, 0), 45.0F, 2.0F);  // ridge shrinks a little
  EXPECT_NEAR(real.skip(1, 1), -30.0F, 2.0F);
  EXPECT_NEAR(real.skip(1, 0), 0.0F, 1.0F);
}

TEST(ReadOutFit, EvaluatesAGivenReadOutOnOtherRows) {
  Matrix<double> inputs, hidden;
  const Dataset data = separated_classes(inputs, hidden);
  const FittedReadOut fitted = fit_readout(data, {}, inputs, hidden, 15);

  const FittedReadOut same = evaluate_readout(fitted.real, data, {}, inputs, hidden, 15);
  const FittedReadOut turned = evaluate_readout(fitted.real, data, {}, inputs, -hidden, 15);

  EXPECT_EQ(same.loss, fitted.loss);
  EXPECT_EQ(same.residual, fitted.residual);
  EXPECT_GT(turned.loss, 1.0);
}

}  // namespace
}  // namespace basalt::learn::readout_fit_test
