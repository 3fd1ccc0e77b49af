#include "learn/layer/accumulator.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>

namespace basalt::learn {
namespace {

/// With room for every weight, those below this share of the mean magnitude become 0.
/// Source: Li et al., Ternary Weight Networks, 2016.
constexpr float ternary_share = 0.7F;
constexpr int bisections = 10;

/// Four floats, for every processor.
using Lanes [[gnu::vector_size(16)]] = float;
constexpr std::size_t sum_lanes = 4;

/// The range of magnitudes in which the border between kept and other weights has moved.
struct Border {
  std::size_t kept = 0;                                    ///< Weights that were not 0.
  float weakest = std::numeric_limits<float>::infinity();  ///< Of those that were kept.
  float strongest = 0.0F;                                  ///< Of the others.
};

Border border_of(std::span<const float> magnitudes, std::span<const float> before) {
  Border border;
  std::size_t i = 0;
  Lanes weakest = border.weakest - Lanes{}, strongest{}, count{};
  for (; i + sum_lanes <= magnitudes.size(); i += sum_lanes) {
    Lanes magnitude, weight;
    std::memcpy(&magnitude, &magnitudes[i], sizeof magnitude);
    std::memcpy(&weight, &before[i], sizeof weight);
    const auto is_kept = weight != 0.0F;
    const Lanes low = is_kept ? magnitude : border.weakest - Lanes{};
    const Lanes high = is_kept ? Lanes{} : magnitude;
    weakest = low < weakest ? low : weakest;
    strongest = high > strongest ? high : strongest;
    count += is_kept ? 1.0F - Lanes{} : Lanes{};
  }
  float kept = 0.0F;
  for (std::size_t lane = 0; lane < sum_lanes; ++lane) {
    border.weakest = std::min(border.weakest, weakest[lane]);
    border.strongest = std::max(border.strongest, strongest[lane]);
    kept += count[lane];
  }
  border.kept = static_cast<std::size_t>(kept);
  for (; i < magnitudes.size(); ++i) {
    if (before[i] != 0.0F) {
      border.weakest = std::min(border.weakest, magnitudes[i]);
      ++border.kept;
    } else {
      border.strongest = std::max(border.strongest, magnitudes[i]);
    }
  }
  return border;
}

/// The magnitude that exactly `kept` others exceed, unless several are equal. The weights `before`
/// of the last step tell where to look: between two steps few change places.
float largest_dropped(std::size_t kept, std::span<const float> magnitudes,
                      std::span<const float> before, std::span<float> scratch) {
  const Border border = border_of(magnitudes, before);
  std::size_t above = 0, count = 0;
  if (border.kept == kept && border.weakest > border.strongest) return border.strongest;
  for (const float magnitude : magnitudes) {
    const bool looked_at =
        border.kept != kept || (magnitude >= border.weakest && magnitude <= border.strongest);
    scratch[count] = magnitude;
    count += looked_at ? 1 : 0;
    above += !looked_at && magnitude > border.strongest ? 1 : 0;
  }
  const auto cut = scratch.begin() + static_cast<std::ptrdiff_t>(kept - above);
  std::nth_element(scratch.begin(), cut, scratch.begin() + static_cast<std::ptrdiff_t>(count),
                   std::greater<>());
  return *cut;
}

void round_ternary(std::size_t kept, std::span<const float> latent, std::span<float> weights,
                   std::span<float> scratch) {
  const std::span<float> magnitudes = scratch.first(latent.size());
  for (std::size_t i = 0; i < latent.size(); ++i) magnitudes[i] = std::abs(latent[i]);
  float threshold = 0.0F;
  if (kept >= latent.size()) {
    const float sum = std::accumulate(magnitudes.begin(), magnitudes.end(), 0.0F);
    threshold = ternary_share * sum / static_cast<float>(latent.size());
  } else {
    threshold = largest_dropped(kept, magnitudes, weights, scratch.subspan(latent.size()));
  }
  for (std::size_t i = 0; i < latent.size(); ++i) {
    const bool is_kept = magnitudes[i] > threshold;
    weights[i] = is_kept ? std::copysign(1.0F, latent[i]) : 0.0F;
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
