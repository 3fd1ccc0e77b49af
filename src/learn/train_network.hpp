// The training loop of neural networks.
#pragma once

#include "learn/network_spec.hpp"
#include "learn/train.hpp"

namespace basalt::learn {

/// Trains a network on standardized features; one record of history per epoch.
/// The result depends on the arguments only, not on the processor's vector width.
SparseQuantNeuralNetwork train_network(const NetworkSpec& spec, const Dataset& data,
                                       RandomStream random, const EpochHook& hook,
                                       std::vector<EpochRecord>& history);

}  // namespace basalt::learn
