// What a neuron's weights may be, so that its sum fits the table that reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/strong.hpp"

namespace basalt::learn {

/// Three rules for the sum of a neuron.
enum class AccumulatorRule {
  omega,  ///< Omega non-zero weights per neuron on average over a layer, as Concrete ML prunes.
  bound,  ///< (2^inputs - 1) * sum |w| <= 2^accumulator - 1 for every neuron: proven.
  wrap    ///< The sum lives modulo 2^accumulator and may overflow: the table is negacyclic.
};

/// Largest number of non-zero weights: floor((2^P - 1) / (2^w - 1) / (2^a - 1)).
/// Source: Concrete ML, SparseQuantNeuralNetwork.max_active_neurons.
std::size_t max_active_neurons(Bits weights, Bits activations, Bits accumulator);

/// Largest sum of |w| that keeps inputs of [0, input_high] within `accumulator` bits.
std::size_t l1_bound(std::int64_t input_high, Bits accumulator);

/// How latent real weights become integers of at most `largest` in magnitude.
struct WeightGrid {
  int largest = 1;
  double budget = 0.0;   ///< Upper limit of sum |w| (or of sum w^2), above 0.
  bool squares = false;  ///< The budget counts squares instead of magnitudes.
};

/// Rounds the latent weights of one neuron to integers within the budget: the finest scale at which
/// they fit. With magnitudes of at most 1 these are the signs of the largest ones.
/// `weights` may hold those of the last step, which shorten the search but change no result;
/// `scratch` has twice the size of `latent`.
void round_neuron(const WeightGrid& grid, std::span<const float> latent, std::span<float> weights,
                  std::span<float> scratch);

/// The layer-wide mask of the omega rule: 1 for the fan_in_mean * neurons largest magnitudes.
/// Shape: [neurons x inputs], row-major.
std::vector<float> omega_mask(std::span<const float> latent, std::size_t neurons,
                              std::size_t fan_in_mean);

/// Rounds masked weights of a whole layer with one scale, into [low, high].
/// `power_of_two` rounds the scale up to a power of two.
void round_layer(std::span<const float> latent, std::span<const float> mask, int low, int high,
                 bool power_of_two, std::span<float> weights);

}  // namespace basalt::learn
