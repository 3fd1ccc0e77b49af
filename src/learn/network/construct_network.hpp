// Networks of few neurons built one by one, without descent.
#pragma once

#include "learn/estimator/train.hpp"
#include "learn/network/network_spec.hpp"

namespace basalt::learn {

/// Builds one hidden layer of wrapping neurons by matching pursuit: of many candidates with small
/// integer weights the one that explains most of what is left joins the network, the read-out is
/// fitted anew, and at the end every neuron is exchanged while that lowers the loss. Inputs of at
/// most 3 bits then get the ranges that lower it most. One record of history per neuron and round.
/// Meant for few features, where the gradient of a wrapping table leads nowhere.
///
/// Cost: O(rows x candidates) per neuron and round.
/// Errors: invalid_argument with subject module__construction unless the network has one hidden
/// layer and rule wrap.
SparseQuantNeuralNetwork construct_network(const NetworkSpec& spec, const Dataset& data,
                                           const RandomStream& random, const TrainingHooks& hooks,
                                           std::vector<EpochRecord>& history);

}  // namespace basalt::learn
