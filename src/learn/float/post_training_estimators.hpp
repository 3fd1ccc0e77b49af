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

}  // namespace basalt::learn
