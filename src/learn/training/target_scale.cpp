#include "learn/training/target_scale.hpp"

namespace basalt::learn {

TargetScale::TargetScale(const Dataset& data) {
  if (data.task == Task::classification) return;
  const Standardizer standardizer = Standardizer::fit(data.targets);
  mean_ = standardizer.mean();
  deviation_ = standardizer.deviation();
  for (double& deviation : deviation_) deviation = deviation > 0 ? deviation : 1.0;
}

Matrix<double> TargetScale::apply(const Dataset& data) const {
  if (mean_.empty()) return data.targets;
  return Standardizer(mean_, deviation_).apply(data.targets);
}

void TargetScale::restore(ReadOut& readout, TrainingState& state) const {
  for (std::size_t output = 0; output < mean_.size(); ++output) {
    readout.scale[output] *= deviation_[output];
    readout.offset[output] = readout.offset[output] * deviation_[output] + mean_[output];
  }
  state.target_mean = mean_;
  state.target_deviation = deviation_;
}

}  // namespace basalt::learn
