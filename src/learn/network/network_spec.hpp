// Every choice that makes a neural network, checked, from the settings of a recipe.
#pragma once

#include <string>
#include <vector>

#include "base/settings.hpp"
#include "learn/data/dataset.hpp"
#include "learn/model/training_state.hpp"
#include "learn/network/accumulator.hpp"
#include "learn/training/augment.hpp"
#include "learn/training/callbacks.hpp"
#include "learn/training/descent.hpp"
#include "learn/training/loss.hpp"
#include "learn/training/schedule.hpp"

namespace basalt::learn {

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
  ScheduleSpec schedule;
  Monitor schedule_monitor;   ///< What a schedule that waits for a plateau watches.
  bool records_rate = false;  ///< The learning rate of each epoch is part of the history.
  RegressionLossSpec loss;
  bool linear_start = true;          ///< A regression's linear path starts at its ridge solution.
  double linear_start_weight = 0.0;  ///< Share of the usual read-out weights beside it.
  CrossEntropySpec cross_entropy;
  double validation_share = 0.0;
  EarlyStoppingSpec stopping;
  CheckpointSpec checkpoint;
  EpochScoringSpec scoring;
  double gradient_clip = 0.0;  ///< Largest norm of a gradient; 0: any.
  bool shuffle = true;
  bool drop_last = true;  ///< Leave out the rows of an epoch that fill no whole batch.
  Augmentation augmentation = Augmentation::none;
  std::size_t restarts = 1;        ///< The one that fits the training rows best is kept.
  std::int64_t random_state = -1;  ///< Replaces the recipe's seed if not negative.
};

/// Names, types, limits and defaults of the settings of both neural network estimators.
std::vector<SettingRule> network_rules(Task task);

/// Adds to the given settings what follows from them: the values of the Concrete ML release that
/// "preset" names, the number of layers from their widths.
/// Errors: invalid_argument with the setting as subject if it is of a callback that does not run.
void prepare_network_settings(Settings& given, Task task);

/// Errors: invalid_argument if "warm_start" is set, for training that has nothing to go on from.
void refuse_warm_start(const Settings& settings);

/// Errors: invalid_argument if neurons are to be removed from a network that lost some before.
void refuse_second_pruning(const NetworkSpec& spec, const TrainingState& start);

/// Reads complete settings for training on `data`.
/// Errors: invalid_argument with the setting as subject, saying what to change.
NetworkSpec network_spec(const Settings& settings, const Dataset& data);

}  // namespace basalt::learn
