// The float network beside a quantized one: same shape and training, no quantization, no pruning.
#pragma once

#include <map>
#include <string>
#include <variant>

#include "learn/float/float_cnn.hpp"
#include "learn/float/float_network.hpp"
#include "learn/model/model.hpp"

namespace basalt::learn {

/// What a network would be without the limits of encryption.
struct FloatReference {
  Standardizer standardizer = Standardizer::identity(0);
  Task task = Task::classification;
  std::variant<FloatNetwork, FloatCnn> network;
};

/// Whether the setting "fit_benchmark" asks for the reference of this model.
bool wants_float_reference(const Model& model);

/// Trains the reference of a neural network on the rows that the network was trained on. What
/// quantization costs is the difference of their scores.
/// Errors: unsupported if the model is no neural or convolutional network; invalid_argument as
/// train().
FloatReference train_float_reference(const Model& model, const Dataset& train,
                                     const RandomStream& random);

/// accuracy; for a regression r2 and mse.
std::map<std::string, double> evaluate(const FloatReference& reference, const Dataset& rows);

}  // namespace basalt::learn
