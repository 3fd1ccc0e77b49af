#include "learn/layer/readout.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace basalt::learn::readout_test {
namespace {

RealReadOut real_readout() {
  RealReadOut real;
  real.hidden.resize(2, 3);
  real.hidden << 0.9F, -0.31F, 0.02F, -1.5F, 0.7F, 0.11F;
  real.skip.resize(2, 2);
  real.skip << 0.4F, -0.2F, 0.05F, 0.8F;
  real.bias.resize(1, 2);
  real.bias << 0.25F, -1.0F;
  return real;
}

/// Score of the integers against that of the real read-out, at most.
void expect_close(const ReadOutForm& form, const std::vector<std::int64_t>& hidden, double slack) {
  const RealReadOut real = real_readout();
  const ReadOut readout = rounded(form, real);
  const std::vector<std::int64_t> inputs = {3, 1};
  for (Eigen::Index output = 0; output < 2; ++output) {
    std::int64_t sum = 0;
    auto exact = static_cast<double>(real.bias(0, output));
    for (std::size_t j = 0; j < hidden.size(); ++j) {
      const auto code = static_cast<double>(hidden[j]);
      sum += readout.weights(output, static_cast<Eigen::Index>(j)) * hidden[j];
      exact += static_cast<double>(real.hidden(output, static_cast<Eigen::Index>(j))) *
               (form.wraps ? code / form.hidden_high : 2.0 * code / form.hidden_high - 1.0);
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      sum += readout.skip(output, static_cast<Eigen::Index>(i)) * inputs[i];
      exact += static_cast<double>(real.skip(output, static_cast<Eigen::Index>(i))) *
               static_cast<double>(inputs[i]) / static_cast<double>(form.input_high);
    }
    const auto at = static_cast<std::size_t>(output);
    EXPECT_NEAR(readout.scale[at] * static_cast<double>(sum) + readout.offset[at], exact, slack);
  }
}

TEST(ReadOut, IntegersGiveTheScoresOfTheRealOne) {
  const ReadOutForm wrapping{.bits = 12, .wraps = true, .hidden_high = 8.0, .input_high = 3};
  const ReadOutForm padded{.bits = 12, .wraps = false, .hidden_high = 15.0, .input_high = 3};

  // Half a step of each of three weights and of each of two skip weights.
  expect_close(wrapping, {7, -5, 1}, 3 * 0.5 * 1.5 / 2047 + 2 * 0.5 * 2 * 1.5 / 2047);
  expect_close(padded, {15, 0, 6}, 3 * 0.5 * 1.5 / 2047 + 2 * 0.5 * 2 * 1.5 / 2047);
}

TEST(ReadOut, WrappingSumsKeepTheirParity) {
  const ReadOut readout =
      rounded({.bits = 5, .wraps = true, .hidden_high = 8.0, .input_high = 3}, real_readout());

  for (Eigen::Index i = 0; i < readout.skip.size(); ++i) {
    EXPECT_EQ(readout.skip.data()[i] % 2, 0);
  }
}

TEST(ReadOut, StepsOfTheSkipArePowersOfTwoBelowThoseOfHiddenValues) {
  const RealReadOut real = real_readout();

  const ReadOutSteps steps = steps_of(
      {.bits = 3, .wraps = true, .hidden_high = 8.0, .input_high = 3}, real.hidden, real.skip);

  EXPECT_DOUBLE_EQ(steps.weight, 1.5 / 3.0);
  EXPECT_DOUBLE_EQ(std::log2(steps.hidden / steps.skip),
                   std::round(std::log2(steps.hidden / steps.skip)));
}

TEST(ReadOut, HiddenValuesThatHardlyCountDoNotMakeTheSkipWide) {
  RealReadOut real = real_readout();
  real.hidden *= 1e-7F;

  const ReadOut readout =
      rounded({.bits = 8, .wraps = false, .hidden_high = 15.0, .input_high = 3}, real);

  EXPECT_LE(readout.skip.cwiseAbs().maxCoeff(), 16 * 2047);
  EXPECT_GE(readout.skip.cwiseAbs().maxCoeff(), 2047);
  EXPECT_EQ(readout.weights.cwiseAbs().maxCoeff(), 0);
}

}  // namespace
}  // namespace basalt::learn::readout_test
