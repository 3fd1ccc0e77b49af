// Training that goes on from a trained network.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "learn/model/history.hpp"
#include "learn/training/training_spec.hpp"

namespace basalt::learn {

/// Trains on with `train(stream, history)`; its epochs are counted from the last one of `history`.
template <class Train>
auto resume_from(const TrainingSpec& spec, const RandomStream& random,
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
