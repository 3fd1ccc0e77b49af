// Training from several starts: the network that fits the training rows best is kept.
#pragma once

#include <limits>
#include <utility>
#include <vector>

#include "learn/data/metrics.hpp"
#include "learn/model/history.hpp"
#include "learn/training/loop_rows.hpp"

namespace basalt::learn {

/// `train(stream, history)` makes a network from one start; `scores(network, features)` are what it
/// is compared by. `history` becomes that of the network that is kept.
template <class Train, class Scores>
auto best_of_starts(const TrainingSpec& spec, const Dataset& data, const RandomStream& random,
                    std::vector<EpochRecord>& history, Train train, Scores scores) {
  decltype(train(random, history)) best;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t start = 0; start < spec.restarts; ++start) {
    const RandomStream own = start == 0 ? random : random.child("restart", start);
    std::vector<EpochRecord> records;
    auto network = train(own, records);
    double error = 0.0;
    if (spec.restarts > 1) {
      const Dataset learned = hold_out(spec, data, own).first;
      error = training_error(learned, scores(network, learned.features));
    }
    if (start > 0 && error >= least) continue;
    least = error;
    best = std::move(network);
    history = std::move(records);
  }
  return best;
}

}  // namespace basalt::learn
