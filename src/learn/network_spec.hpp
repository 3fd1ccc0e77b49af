// Every choice that makes a neural network, checked, from the settings of a recipe.
#pragma once

#include <string>
#include <vector>

#include "base/settings.hpp"
#include "learn/accumulator.hpp"
#include "learn/augment.hpp"
#include "learn/dataset.hpp"
#include "learn/descent.hpp"
#include "learn/loss.hpp"

namespace basalt::learn {

/// When training ends before its last epoch.
struct EarlyStopping {
  bool active = false;
  std::int64_t patience = 5;
  double threshold = 1e-4;  ///< Relative improvement that counts.
};

/// How a network comes to its neurons.
enum class Construction {
  descent,  ///< All together, by gradients.
  greedy    ///< One by one, from many candidates with small integer weights.
};

/// What a network is and how it is trained.
struct NetworkSpec {
  std::vector<std::size_t> hidden;  ///< Width of each hidden layer.
  int weight_bits = 2, activation_bits = 2, accumulator_bits = 4, readout_bits = 5;
  AccumulatorRule rule = AccumulatorRule::wrap;
  bool soft_inputs = false;
  bool skip = true;  ///< Linear path from the inputs to the scores.
  std::string activation;
  bool narrow = false, is_signed = true, power_of_two = true;
  double pruned_share = 0.0;  ///< Of the neurons of each hidden layer.
  std::size_t fan_in = 0;     ///< Budget of a wrapping neuron; 0: from the data.
  Construction construction = Construction::descent;

  std::size_t epochs = 10, batch_size = 128;
  DescentSpec descent;
  Schedule schedule = Schedule::cosine;
  RegressionLoss loss = RegressionLoss::squared;
  CrossEntropySpec cross_entropy;
  double validation_share = 0.0;
  EarlyStopping stopping;
  double gradient_clip = 0.0;  ///< Largest norm of a gradient; 0: any.
  bool checkpoint = false;     ///< Return the network of the best epoch.
  bool shuffle = true;
  Augmentation augmentation = Augmentation::none;
  std::size_t restarts = 1;        ///< The one that fits the training rows best is kept.
  std::int64_t random_state = -1;  ///< Replaces the recipe's seed if not negative.
};

/// Names, types, limits and defaults of the settings of both neural network estimators.
std::vector<SettingRule> network_rules(Task task);

/// Reads complete settings, under the preset they name, for training on `data`.
/// Errors: invalid_argument with the setting as subject, saying what to change.
NetworkSpec network_spec(const Settings& given, const Dataset& data);

}  // namespace basalt::learn
