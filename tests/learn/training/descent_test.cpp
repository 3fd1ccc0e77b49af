#include "learn/training/descent.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::descent_test {
namespace {

TEST(Descent, FindsTheMinimumOfAParabola) {
  for (const DescentRule rule : {DescentRule::adam, DescentRule::adam_w, DescentRule::sgd}) {
    const DescentSpec spec{.rule = rule, .learning_rate = 0.1, .momentum = 0.5};
    std::vector<float> place = {5.0F, -3.0F}, slope(2);
    Descent descent(2);
    for (int i = 0; i < 400; ++i) {
      slope = {2.0F * (place[0] - 1.0F), 2.0F * (place[1] - 2.0F)};
      descent.step(spec, 0.1 * (1.0 - i / 400.0), place, slope);
    }
    EXPECT_NEAR(place[0], 1.0F, 1e-2F);
    EXPECT_NEAR(place[1], 2.0F, 1e-2F);
  }
}

TEST(Descent, MovesByTheRateInTheFirstStepOfAdam) {
  std::vector<float> place = {0.0F};
  Descent descent(1);

  descent.step({}, 0.01, place, std::vector<float>{123.0F});

  EXPECT_NEAR(place[0], -0.01F, 1e-6F);
}

TEST(Descent, DecaysWeightsWithoutGradient) {
  std::vector<float> place = {1.0F};
  Descent descent(1);

  descent.step({.rule = DescentRule::adam_w, .weight_decay = 0.5}, 0.1, place,
               std::vector<float>{0.0F});

  EXPECT_NEAR(place[0], 0.95F, 1e-6F);
}

TEST(Descent, RefusesAnotherSize) {
  std::vector<float> place(3), slope(3);
  expect_error(ErrorCode::mismatch, "gradients, expected",
               [&] { Descent(2).step({}, 0.1, place, slope); });
}

}  // namespace
}  // namespace basalt::learn::descent_test
