#include "learn/accumulator.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace basalt::learn {
namespace {

/// With room for every weight, those below this share of the mean magnitude become 0.
/// Source: Li et al., Ternary Weight Networks, 2016.
constexpr float ternary_share = 0.7F;
constexpr int bisections = 10;

void round_ternary(std::size_t kept, std::span<const float> latent, std::span<float> weights,
                   std::span<float> scratch) {
  for (std::size_t i = 0; i < latent.size(); ++i) scratch[i] = std::abs(latent[i]);
  float threshold = 0.0F;
  if (kept >= latent.size()) {
    const float sum = std::accumulate(scratch.begin(), scratch.end(), 0.0F);
    threshold = ternary_share * sum / static_cast<float>(latent.size());
  } else {
    const auto cut = scratch.begin() + static_cast<std::ptrdiff_t>(kept);
    std::nth_element(scratch.begin(), cut, scratch.end(), std::greater<>());
    threshold = *cut;
  }
  for (std::size_t i = 0; i < latent.size(); ++i) {
    weights[i] = latent[i] > threshold ? 1.0F : latent[i] < -threshold ? -1.0F : 0.0F;
  }
}

/// Rounds with the step `scale`; returns what the budget counts.
float round_at(const WeightGrid& grid, float scale, std::span<const float> latent,
               std::span<float> weights) {
  const auto largest = static_cast<float>(grid.largest);
  float used = 0.0F;
  for (std::size_t i = 0; i < latent.size(); ++i) {
    const float weight = std::clamp(std::nearbyint(latent[i] / scale), -largest, largest);
    weights[i] = weight;
    used += grid.squares ? weight * weight : std::abs(weight);
  }
  return used;
}

}  // namespace

std::size_t max_active_neurons(Bits weights, Bits activations, Bits accumulator) {
  const auto top = [](Bits bits) { return std::ldexp(1.0, bits.value) - 1.0; };
  return static_cast<std::size_t>(std::floor(top(accumulator) / top(weights) / top(activations)));
}

std::size_t l1_bound(std::int64_t input_high, Bits accumulator) {
  const std::int64_t room = (std::int64_t{1} << accumulator.value) - 1;
  return static_cast<std::size_t>(input_high > 0 ? room / input_high : room);
}

void round_neuron(const WeightGrid& grid, std::span<const float> latent, std::span<float> weights,
                  std::span<float> scratch) {
  if (grid.largest == 1) {
    round_ternary(static_cast<std::size_t>(grid.budget), latent, weights, scratch);
    return;
  }
  float magnitude = 0.0F;
  for (const float value : latent) magnitude = std::max(magnitude, std::abs(value));
  if (magnitude == 0.0F) {
    std::ranges::fill(weights, 0.0F);
    return;
  }
  const auto budget = static_cast<float>(grid.budget);
  float fine = magnitude / static_cast<float>(grid.largest), coarse = 2.0F * magnitude;
  if (round_at(grid, fine, latent, weights) <= budget) return;
  for (int i = 0; i < bisections; ++i) {
    const float middle = 0.5F * (fine + coarse);
    (round_at(grid, middle, latent, weights) <= budget ? coarse : fine) = middle;
  }
  round_at(grid, coarse, latent, weights);
}

std::vector<float> omega_mask(std::span<const float> latent, std::size_t neurons,
                              std::size_t fan_in_mean) {
  const std::size_t kept = fan_in_mean * neurons;
  std::vector<float> mask(latent.size(), 1.0F);
  if (kept >= latent.size()) return mask;
  std::vector<std::size_t> order(latent.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return std::abs(latent[a]) > std::abs(latent[b]);
  });
  for (std::size_t i = kept; i < order.size(); ++i) mask[order[i]] = 0.0F;
  return mask;
}

void round_layer(std::span<const float> latent, std::span<const float> mask, int low, int high,
                 bool power_of_two, std::span<float> weights) {
  float magnitude = 1e-10F;
  for (std::size_t i = 0; i < latent.size(); ++i) {
    magnitude = std::max(magnitude, std::abs(latent[i] * mask[i]));
  }
  if (power_of_two) magnitude = std::exp2(std::ceil(std::log2(magnitude)));
  const float scale = magnitude / static_cast<float>(-low);
  for (std::size_t i = 0; i < latent.size(); ++i) {
    weights[i] = mask[i] * std::clamp(std::nearbyint(latent[i] / scale), static_cast<float>(low),
                                      static_cast<float>(high));
  }
}

}  // namespace basalt::learn
