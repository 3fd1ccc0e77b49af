// How a network is trained, whatever it is: checked choices, from the settings of a recipe.
#pragma once

#include <vector>

#include "base/random.hpp"
#include "base/settings.hpp"
#include "learn/data/dataset.hpp"
#include "learn/training/augment.hpp"
#include "learn/training/callbacks.hpp"
#include "learn/training/descent.hpp"
#include "learn/training/loss.hpp"
#include "learn/training/schedule.hpp"

namespace basalt::learn {

/// Epochs, descent, loss and callbacks of one training.
struct TrainingSpec {
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

/// Names, types, limits and defaults of the settings of training.
std::vector<SettingRule> training_rules(Task task);

/// Reads complete settings for training on `data`.
/// Errors: invalid_argument with the setting as subject, saying what to change.
TrainingSpec training_spec(const Settings& settings, const Dataset& data);

/// What decides everything random in training: the setting random_state, or else the given stream.
RandomStream stream_of(const TrainingSpec& spec, const RandomStream& random);

}  // namespace basalt::learn
