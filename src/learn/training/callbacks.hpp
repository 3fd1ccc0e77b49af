// Callbacks of the training loop by their names in skorch: when to stop, what to save, what to
// measure.
#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "learn/model/history.hpp"

namespace basalt::learn {

/// A number of each epoch that a callback watches.
struct Monitor {
  std::string name;  ///< "valid_loss", …, or a score; empty: valid_loss, else train_loss.
  bool lower_is_better = true;

  /// Errors: internal if the epoch has no such number.
  double of(const EpochRecord& record) const;
};

/// Whether a smaller value of this number of an epoch is the better one: of losses, not of scores.
bool falls_when_better(const std::string& monitored);

/// Unchecked descriptions, with the defaults of skorch.
struct EarlyStoppingSpec {
  bool active = false;
  Monitor monitor{};
  std::int64_t patience = 5;
  double threshold = 1e-4;  ///< Improvement that counts.
  bool relative = true;     ///< The threshold is a share of the best value.
  bool load_best = false;   ///< Return the network of the best epoch.
};
struct CheckpointSpec {
  bool active = false;
  Monitor monitor{};
};
struct EpochScoringSpec {
  std::vector<std::string> scoring;  ///< Names of scores; none: inactive.
  bool on_train = false;             ///< Of the rows to train on, instead of those held out.
};

/// Ends training once the monitored number has not improved for too long.
class EarlyStopping {
 public:
  explicit EarlyStopping(const EarlyStoppingSpec& spec) : spec_(spec) {}
  /// Takes in an epoch that ended; true if training stops with it.
  bool ends(const EpochRecord& record);

 private:
  EarlyStoppingSpec spec_;
  double best_ = std::numeric_limits<double>::infinity();
  std::int64_t waited_ = 0;
};

/// Recognizes the best epoch so far.
class Best {
 public:
  explicit Best(Monitor monitor) : monitor_(std::move(monitor)) {}
  bool improves(const EpochRecord& record);

 private:
  Monitor monitor_;
  double best_ = std::numeric_limits<double>::infinity();
};

}  // namespace basalt::learn
