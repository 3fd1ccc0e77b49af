// The training loop of neural networks.
#pragma once

#include "learn/estimator/hooks.hpp"
#include "learn/model/sparse_quant_neural_network.hpp"
#include "learn/network/network_spec.hpp"

namespace basalt::learn {

/// Trains a network on standardized features; one record of history per epoch.
/// The result depends on the arguments only, not on the processor's vector width.
SparseQuantNeuralNetwork train_network(const NetworkSpec& spec, const Dataset& data,
                                       RandomStream random, const TrainingHooks& hooks,
                                       std::vector<EpochRecord>& history);

/// Goes on from a network that train_network made, with its inputs, widths and target scale; the
/// descent starts anew. Neurons to prune are removed first. Appends to `history`.
/// Errors: invalid_argument if the network has no training state, or was pruned and shall be again;
///         mismatch if the data does not fit it.
SparseQuantNeuralNetwork resume_network(const NetworkSpec& spec,
                                        const SparseQuantNeuralNetwork& start, const Dataset& data,
                                        RandomStream random, const TrainingHooks& hooks,
                                        std::vector<EpochRecord>& history);

}  // namespace basalt::learn
