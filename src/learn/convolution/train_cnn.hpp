// Training of convolutional networks.
#pragma once

#include "learn/convolution/cnn_spec.hpp"
#include "learn/estimator/hooks.hpp"
#include "learn/model/quant_cnn.hpp"

namespace basalt::learn {

/// Trains a network on standardized features; one record of history per epoch.
QuantCNN train_cnn(const CnnSpec& spec, const Dataset& data, RandomStream random,
                   const TrainingHooks& hooks, std::vector<EpochRecord>& history);

/// Goes on from a network that train_cnn made, with its grid of pixels and target scale; the
/// descent starts anew. Appends to `history`.
/// Errors: invalid_argument if the network has no training state; mismatch if the settings or the
/// data ask for another shape.
QuantCNN resume_cnn(const CnnSpec& spec, const QuantCNN& start, const Dataset& data,
                    RandomStream random, const TrainingHooks& hooks,
                    std::vector<EpochRecord>& history);

}  // namespace basalt::learn
