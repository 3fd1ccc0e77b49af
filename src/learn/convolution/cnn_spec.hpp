// Every choice that makes a convolutional network, checked, from the settings of a recipe.
#pragma once

#include "learn/convolution/cnn_layers.hpp"
#include "learn/layer/quantization_spec.hpp"
#include "learn/training/training_spec.hpp"

namespace basalt::learn {

/// What a convolutional network is and how it is trained.
struct CnnSpec {
  ImageShape image;  ///< What a row is.
  std::vector<StageSpec> stages;
  QuantizationSpec quantization;
  TrainingSpec training;

  std::int64_t input_high() const { return stages.front().input_high; }
};

/// Names, types, limits and defaults of the settings of the convolutional estimators.
std::vector<SettingRule> cnn_rules(Task task);

/// Reads complete settings for training on `data`.
/// Errors: invalid_argument with the setting as subject, saying what to change.
CnnSpec cnn_spec(const Settings& settings, const Dataset& data);

}  // namespace basalt::learn
