#include "learn/layer/linear_head.hpp"

#include <gtest/gtest.h>

namespace basalt::learn::linear_head_test {
namespace {

using Eigen::Index;

constexpr std::size_t outputs = 2, hidden_values = 5, input_count = 3;

LinearHead head_of(std::size_t hidden = hidden_values, std::size_t skipped = input_count) {
  return LinearHead({.form = {.bits = 5, .wraps = false, .hidden_high = 3.0, .input_high = 7},
                     .outputs = outputs,
                     .hidden = hidden,
                     .skipped = skipped},
                    RandomStream(Seed{4}));
}

/// Rows of integers of [0, high].
FloatMatrix integers(Index rows, std::size_t columns, std::uint64_t high, std::uint64_t seed) {
  RandomStream random(Seed{seed});
  FloatMatrix values(rows, static_cast<Index>(columns));
  for (Index i = 0; i < values.size(); ++i) {
    values.data()[i] = static_cast<float>(random.below(high + 1));
  }
  return values;
}

/// Integers of [0, 3] as a read-out sees them, in [-1, 1].
FloatMatrix as_hidden(const FloatMatrix& codes) {
  return (codes.array() * (2.0F / 3.0F) - 1.0F).matrix();
}

TEST(LinearHead, GivesTheScoresOfItsIntegers) {
  const FloatMatrix codes = integers(20, hidden_values, 3, 1), inputs = integers(20, 3, 7, 2);
  LinearHead head = head_of();
  head.fit_linear_path(inputs, (1.0 + inputs.leftCols(2).array()).cast<double>());

  const FloatMatrix scores = head.forward(as_hidden(codes), inputs, true);
  const ReadOut readout = head.finish();

  for (Index k = 0; k < scores.cols(); ++k) {
    const auto at = static_cast<std::size_t>(k);
    const Matrix<double> sums =
        codes.cast<double>() * readout.weights.row(k).cast<double>().transpose() +
        inputs.cast<double>() * readout.skip.row(k).cast<double>().transpose();
    const Matrix<double> expected =
        (sums.array() * readout.scale[at] + readout.offset[at]).matrix();
    EXPECT_LT((scores.col(k).cast<double>() - expected).cwiseAbs().maxCoeff(), 1e-4);
  }
}

TEST(LinearHead, SendsBackWhatAHiddenValueChanges) {
  LinearHead head = head_of();
  const FloatMatrix inputs = integers(4, 3, 7, 2);
  FloatMatrix hidden = as_hidden(integers(4, hidden_values, 3, 1));
  const FloatMatrix pull = FloatMatrix::Constant(4, 2, 1.0F) + FloatMatrix::Identity(4, 2);
  const auto pulled = [&] {
    return head.forward(hidden, inputs, false).cwiseProduct(pull).cast<double>().sum();
  };
  const double before = pulled();
  FloatMatrix gradient;
  head.backward(hidden, inputs, pull, gradient);

  hidden(1, 3) += 0.5F;

  EXPECT_NEAR(pulled() - before, 0.5 * static_cast<double>(gradient(1, 3)), 1e-5);
  EXPECT_GT(head.gradient_square(), 0.0);
}

TEST(LinearHead, StartsTheLinearPathAtItsSolution) {
  LinearHead head = head_of();
  const FloatMatrix inputs = integers(200, 3, 7, 2);
  Matrix<double> targets(200, 2);
  targets.col(0) = 2.0 - 0.5 * inputs.col(1).cast<double>().array();
  targets.col(1) = inputs.col(0).cast<double>() + inputs.col(2).cast<double>();

  head.scale_weights(0.0);
  head.fit_linear_path(inputs, targets);

  const FloatMatrix none = FloatMatrix::Zero(200, static_cast<Index>(hidden_values));
  const FloatMatrix scores = head.forward(none, inputs, false);
  EXPECT_LT((scores.cast<double>() - targets).cwiseAbs().maxCoeff(), 0.1);
}

TEST(LinearHead, LetsOnlyTheLinearPathDecayUnderPlainAdam) {
  LinearHead head = head_of();
  const FloatMatrix inputs = integers(50, 3, 7, 2);
  head.fit_linear_path(inputs, inputs.leftCols(2).cast<double>());
  TrainingState before, after;
  head.save(before);

  head.step({.rule = DescentRule::adam, .learning_rate = 0.1}, 0.1, 1.0F);  // no gradient yet
  head.save(after);

  EXPECT_EQ(after.readout, before.readout);
  EXPECT_EQ(after.bias, before.bias);
  EXPECT_LT(after.skip.norm(), before.skip.norm());
}

TEST(LinearHead, ComesBackFromItsState) {
  LinearHead head = head_of();
  const FloatMatrix inputs = integers(50, 3, 7, 2);
  head.fit_linear_path(inputs, inputs.leftCols(2).cast<double>());
  TrainingState state;
  head.save(state);
  LinearHead other = head_of();

  ASSERT_TRUE(other.fits(state));
  other.restore(state);

  EXPECT_EQ(other.finish().skip, head.finish().skip);
  EXPECT_FALSE(head_of(4).fits(state));
  EXPECT_FALSE(head_of(hidden_values, 0).fits(state));
}

TEST(LinearHead, KeepsTheHiddenValuesThatStay) {
  LinearHead head = head_of();
  const FloatMatrix before = head.weights();

  head.keep_hidden({1, 4});

  EXPECT_EQ(head.weights().cols(), 2);
  EXPECT_EQ(head.weights().col(1), before.col(4));
}

TEST(LinearHead, ReadsTheInputsAloneWithoutAHiddenLayer) {
  LinearHead head = head_of(0);
  const FloatMatrix inputs = integers(50, 3, 7, 2);
  head.fit_linear_path(inputs, inputs.leftCols(2).cast<double>());
  FloatMatrix gradient;

  const FloatMatrix scores = head.forward({}, inputs, true);
  head.backward({}, inputs, scores, gradient);

  EXPECT_EQ(gradient.size(), 0);
  EXPECT_LT((scores - inputs.leftCols(2)).cwiseAbs().maxCoeff(), 0.5F);
}

TEST(SkipPace, IsFasterWhereRowsAreFew) {
  EXPECT_EQ(skip_pace(0.01, 100), 3.0);
  EXPECT_EQ(skip_pace(0.0001, 100), 10.0);
  EXPECT_EQ(skip_pace(1.0, 100), 1.0);
  EXPECT_EQ(skip_pace(0.01, few_training_rows), 1.0);
}

}  // namespace
}  // namespace basalt::learn::linear_head_test
