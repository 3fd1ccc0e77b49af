// Every choice that makes a fully connected network, checked, from the settings of a recipe.
#pragma once

#include <vector>

#include "base/settings.hpp"
#include "learn/data/dataset.hpp"
#include "learn/layer/quantization_spec.hpp"
#include "learn/training/training_spec.hpp"

namespace basalt::learn {

/// How a network comes to its neurons.
enum class Construction {
  descent,  ///< All together, by gradients.
  greedy    ///< One by one, from many candidates with small integer weights.
};

/// What a fully connected network is and how it is trained.
struct NetworkSpec {
  std::vector<std::size_t> hidden;  ///< Width of each hidden layer.
  Construction construction = Construction::descent;
  QuantizationSpec quantization;
  TrainingSpec training;
};

/// Names, types, limits and defaults of the settings "module__..." of all networks of integers.
std::vector<SettingRule> module_rules();

/// Those of both neural network estimators: module_rules() and training_rules().
std::vector<SettingRule> network_rules(Task task);

/// Adds to the given settings what follows from them: the values of the Concrete ML release that
/// "preset" names, the number of layers from their widths.
/// Errors: invalid_argument with the setting as subject if it is of a callback that does not run.
void prepare_network_settings(Settings& given, Task task);

/// Reads complete settings for training on `data`.
/// Errors: invalid_argument with the setting as subject, saying what to change.
NetworkSpec network_spec(const Settings& settings, const Dataset& data);

}  // namespace basalt::learn
