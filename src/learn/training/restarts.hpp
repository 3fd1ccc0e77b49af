// Training from several starts: the network that fits the training rows best is kept.
#pragma once

#include <limits>
#include <utility>
#include <vector>

#include "learn/data/metrics.hpp"
#include "learn/training/callbacks.hpp"
#include "learn/training/loop_rows.hpp"

namespace basalt::learn {

/// Share of wrong labels, or mean squared error. Shape: scores [rows x outputs].
inline double misfit(const Dataset& data, const Matrix<double>& scores) {
  return data.task == Task::classification ? 1.0 - accuracy(data.labels, largest_of(scores))
                                           : mean_squared_error(data.targets, scores);
}

/// `train(stream, history)` makes a network from one start; `scores(network, features)` judges it.
/// `history` becomes that of the network that is kept.
template <class Train, class Scores>
auto best_of_starts(const TrainingSpec& spec, const Dataset& data, const RandomStream& random,
                    std::vector<EpochRecord>& history, Train train, Scores scores) {
  decltype(train(random, history)) best;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t start = 0; start < spec.restarts; ++start) {
    const RandomStream own = start == 0 ? random : random.child("restart", start);
    std::vector<EpochRecord> records;
    auto network = train(own, records);
    double loss = 0.0;
    if (spec.restarts > 1) {
      const Dataset learned = hold_out(spec, data, own).first;
      loss = misfit(learned, scores(network, learned.features));
    }
    if (start > 0 && loss >= least) continue;
    least = loss;
    best = std::move(network);
    history = std::move(records);
  }
  return best;
}

/// Trains further with `train(stream, history)`; its epochs are counted from the last one.
template <class Train>
auto further(const TrainingSpec& spec, const RandomStream& random,
             std::vector<EpochRecord>& history, Train train) {
  std::vector<EpochRecord> records;
  const auto before = static_cast<std::int64_t>(history.size());
  auto network = train(stream_of(spec, random).child("further", history.size()), records);
  for (EpochRecord& record : records) {
    record.epoch += before;
    history.push_back(std::move(record));
  }
  return network;
}

}  // namespace basalt::learn
