// Settings of networks that are quantized after training.
#pragma once

#include "learn/estimator/train.hpp"
#include "learn/float/post_training.hpp"

namespace basalt::learn {

/// The rules of n_bits (a number, or one per place as n_bits__PLACE) and rounding_threshold_bits.
/// Source: Concrete ML, n_bits and rounding_threshold_bits of its compile functions.
std::vector<SettingRule> post_training_rules();

/// Errors: invalid_argument with the setting as subject.
PostTrainingBits post_training_bits(const Settings& settings);

/// Rules of networks that concern training: those of network_rules(), less all that describe the
/// quantized module but `module`, and less those in `without`.
std::vector<SettingRule> shared_training_rules(Task task, const std::vector<std::string>& module,
                                               const std::vector<std::string>& without);

/// The training part of complete settings under shared_training_rules(), with the topology's
/// settings among them.
NetworkSpec training_spec(const Settings& settings, const Dataset& data);

}  // namespace basalt::learn
