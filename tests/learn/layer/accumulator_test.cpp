#include "learn/layer/accumulator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.hpp"

namespace basalt::learn::accumulator_test {
namespace {

std::vector<float> draw(std::size_t size, std::uint64_t seed) {
  RandomStream random(Seed{seed});
  std::vector<float> values(size);
  for (float& value : values) value = static_cast<float>(random.gaussian());
  return values;
}

TEST(MaxActiveNeurons, GivesThePublishedValues) {
  EXPECT_EQ(max_active_neurons(Bits{2}, Bits{2}, Bits{7}), 14U);
  EXPECT_EQ(max_active_neurons(Bits{2}, Bits{3}, Bits{7}), 6U);
  EXPECT_EQ(max_active_neurons(Bits{3}, Bits{3}, Bits{7}), 2U);
  EXPECT_EQ(max_active_neurons(Bits{4}, Bits{4}, Bits{7}), 0U);
  EXPECT_EQ(max_active_neurons(Bits{2}, Bits{2}, Bits{8}), 28U);
  EXPECT_EQ(max_active_neurons(Bits{2}, Bits{2}, Bits{16}), 7281U);
  EXPECT_EQ(max_active_neurons(Bits{4}, Bits{4}, Bits{32}), 19088743U);
}

TEST(L1Bound, FillsTheAccumulator) {
  EXPECT_EQ(l1_bound(3, Bits{4}), 5U);
  EXPECT_EQ(l1_bound(1, Bits{4}), 15U);
  EXPECT_EQ(l1_bound(7, Bits{8}), 36U);
}

TEST(RoundNeuron, KeepsTheSignsOfTheLargestWhenTernary) {
  const std::vector<float> latent = {0.1F, -0.9F, 0.5F, -0.2F, 0.05F};
  std::vector<float> weights(5), scratch(10);

  round_neuron({.largest = 1, .budget = 2.0}, latent, weights, scratch);

  EXPECT_EQ(weights, (std::vector<float>{0, -1, 1, 0, 0}));
}

TEST(RoundNeuron, DoesNotDependOnTheWeightsOfTheLastStep) {
  for (const std::size_t size : {1U, 7U, 64U, 203U}) {
    for (const double budget : {1.0, 3.0, 20.0, 150.0}) {
      std::vector<float> latent = draw(size, 9), scratch(2 * size), weights(size);
      for (std::uint64_t step = 0; step < 60; ++step) {
        const std::vector<float> change = draw(size, 100 + step);
        for (std::size_t i = 0; i < size; ++i) latent[i] += 0.05F * change[i];
        if (step == 30) latent[size / 2] = latent[0];
        std::vector<float> fresh(size);

        round_neuron({.largest = 1, .budget = budget}, latent, weights, scratch);
        round_neuron({.largest = 1, .budget = budget}, latent, fresh, scratch);

        ASSERT_EQ(weights, fresh) << size << " weights, budget " << budget << ", step " << step;
      }
    }
  }
}

TEST(RoundNeuron, StaysWithinItsBudget) {
  std::vector<float> weights(40), scratch(80);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (const bool squares : {false, true}) {
      const std::vector<float> latent = draw(40, seed);
      const double budget = 5.0 + static_cast<double>(seed % 30);
      round_neuron({.largest = 3, .budget = budget, .squares = squares}, latent, weights, scratch);
      double used = 0.0;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        EXPECT_LE(std::abs(weights[i]), 3.0F);
        EXPECT_GE(weights[i] * latent[i], 0.0F);
        used += squares ? weights[i] * weights[i] : std::abs(weights[i]);
      }
      EXPECT_LE(used, budget);
      EXPECT_GE(used, 1.0);
    }
  }
}

TEST(OmegaMask, LimitsTheMeanButNotEachNeuron) {
  const std::vector<float> latent = draw(120 * 30, 8);

  const std::vector<float> mask = omega_mask(latent, 120, 14);

  EXPECT_EQ(std::accumulate(mask.begin(), mask.end(), 0.0F), 120.0F * 14.0F);
  float most = 0.0F;
  for (std::size_t j = 0; j < 120; ++j) {
    most = std::max(most,
                    std::accumulate(mask.begin() + static_cast<std::ptrdiff_t>(30 * j),
                                    mask.begin() + static_cast<std::ptrdiff_t>(30 * j + 30), 0.0F));
  }
  EXPECT_GT(most, 14.0F);
}

TEST(RoundLayer, UsesOneScaleAndItsRange) {
  const std::vector<float> latent = {0.9F, -1.0F, 0.3F, -0.2F}, all(4, 1.0F);
  std::vector<float> weights(4);

  round_layer(latent, all, -2, 1, false, weights);
  EXPECT_EQ(weights, (std::vector<float>{1, -2, 1, 0}));

  round_layer(latent, {{0, 1, 1, 1}}, -1, 1, true, weights);
  EXPECT_EQ(weights, (std::vector<float>{0, -1, 0, 0}));
}

}  // namespace
}  // namespace basalt::learn::accumulator_test
