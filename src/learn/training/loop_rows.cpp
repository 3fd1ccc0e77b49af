#include "learn/training/loop_rows.hpp"

#include <algorithm>

namespace basalt::learn {

FloatMatrix LoopRows::originals() const {
  return integers.empty() ? copies.front() : integers.front().cast<float>();
}

std::size_t outputs_of(const Dataset& data) {
  return data.task == Task::classification ? data.classes.size()
                                           : static_cast<std::size_t>(data.targets.cols());
}

LoopRows labelled_rows(FloatMatrix inputs, const Dataset& data, const TargetScale& scale) {
  if (data.rows() == 0) return {};
  LoopRows rows;
  rows.copies.push_back(std::move(inputs));
  rows.labels = data.labels;
  rows.targets = scale.apply(data).cast<float>();
  rows.target_mean = scale.mean();
  rows.target_deviation = scale.deviation();
  return rows;
}

std::pair<Dataset, Dataset> hold_out(const TrainingSpec& spec, const Dataset& data,
                                     const RandomStream& random) {
  if (spec.validation_share <= 0.0) return {data, {}};
  std::vector<std::size_t> rows_of_class(data.classes.size());
  for (const std::int32_t label : data.labels) ++rows_of_class[static_cast<std::size_t>(label)];
  const bool stratify =
      data.task == Task::classification &&
      std::ranges::all_of(rows_of_class, [](std::size_t rows) { return rows >= 2; });
  Split parts = split(data, spec.validation_share, stratify, random.child("validation"));
  return {std::move(parts.train), std::move(parts.test)};
}

}  // namespace basalt::learn
