#include "learn/network/training_rows.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/error.hpp"
#include "learn/layer/fan_in.hpp"
#include "learn/network/fit_input_grid.hpp"
#include "learn/training/augment.hpp"

namespace basalt::learn {
namespace {

constexpr double least_fan_in = 4.0;  ///< Below, exact inputs get fewer bits.
/// Of the rows of an epoch, with augmentations that change nearly all.
constexpr double changed_share = 15.0 / 16.0;

using Bytes8 = Matrix<std::uint8_t>;

FloatMatrix first_rows(const InputGrid& grid, const Matrix<double>& features) {
  const Eigen::Index rows =
      std::min<Eigen::Index>(features.rows(), static_cast<Eigen::Index>(sample_rows));
  return grid.quantize(features.topRows(rows)).cast<float>();
}

InputEncoding fit_encoding(const NetworkSpec& spec, const Dataset& data) {
  const bool pixels = data.image.has_value() || spec.training.augmentation != Augmentation::none;
  const bool soft = spec.quantization.soft_inputs && !spec.hidden.empty();
  int bits = soft ? std::max(spec.quantization.activation_bits, soft_input_bits)
                  : spec.quantization.activation_bits;
  if (spec.hidden.empty()) bits = std::max(bits, soft_input_bits);
  const auto encoding = [&](int input_bits) {
    InputEncoding made;
    made.grid = fit_input_grid(data.features, Bits{input_bits}, pixels);
    made.sample = first_rows(made.grid, data.features);
    return made;
  };
  InputEncoding made = encoding(bits);
  if (spec.quantization.rule != AccumulatorRule::wrap || spec.hidden.empty()) return made;
  const auto inputs = static_cast<double>(made.grid.inputs());
  if (soft) {
    made.truncated_bits = soft_truncated_bits(spec.quantization, made.sample);
    return made;
  }
  const double enough = std::min(std::max(least_fan_in, std::sqrt(inputs)), inputs);
  while (bits > 1 && spec.quantization.fan_in == 0 &&
         wrapping_fan_in(spec.quantization.accumulator_bits, 0, mean_variance(made.sample),
                         made.grid.inputs()) < enough) {
    made = encoding(--bits);
  }
  return made;
}

Bytes8 integers_of(const InputGrid& grid, const Matrix<double>& features) {
  return grid.quantize(features).cast<std::uint8_t>();
}

/// The encoding of a network that was trained before.
InputEncoding kept_encoding(const SparseQuantNeuralNetwork& start, const Dataset& data) {
  for (const std::uint32_t feature : start.grid.feature_of) {
    require(feature < data.columns(), ErrorCode::mismatch, "train: the network reads feature ",
            feature, ", the data has ", data.columns());
  }
  InputEncoding kept;
  kept.grid = start.grid;
  kept.sample = first_rows(kept.grid, data.features);
  kept.truncated_bits = start.layers.empty() ? 0 : start.layers.front().truncated_bits.value;
  return kept;
}

}  // namespace

LoopRows TrainingRows::loop_rows(const NetworkSpec& spec, const RandomStream& random) const {
  std::function<Bytes8(std::size_t)> change;
  if (spec.training.augmentation != Augmentation::none) {
    change = [this, kind = spec.training.augmentation,
              shape = image_shape(train.image, train.columns()),
              background = train.features.minCoeff(), random](std::size_t epoch) {
      return integers_of(inputs.grid, augmented(train.features, kind, shape, background,
                                                random.child("augment", epoch)));
    };
  }
  return {.copies = {},
          .integers = {integers},
          .change = std::move(change),
          .changed_share =
              spec.training.augmentation == Augmentation::shift ? shifted_share : changed_share,
          .labels = train.labels,
          .targets = scale.apply(train).cast<float>(),
          .target_mean = scale.mean(),
          .target_deviation = scale.deviation()};
}

LoopRows TrainingRows::loop_valid() const {
  if (valid.rows() == 0) return {};
  return labelled_rows(inputs.grid.quantize(valid.features).cast<float>(), valid, scale);
}

TrainingRows make_training_rows(const NetworkSpec& spec, const Dataset& data,
                                const SparseQuantNeuralNetwork* start, const RandomStream& random) {
  TrainingRows rows;
  std::tie(rows.train, rows.valid) = hold_out(spec.training, data, random);
  rows.scale = TargetScale(rows.train);
  if (start != nullptr && rows.train.task == Task::regression) {
    rows.scale = TargetScale(start->state.target_mean, start->state.target_deviation);
    require(rows.scale.mean().size() == static_cast<std::size_t>(data.targets.cols()),
            ErrorCode::mismatch, "train: the network has ", rows.scale.mean().size(),
            " outputs, the data ", data.targets.cols(), " targets");
  }
  rows.inputs =
      start != nullptr ? kept_encoding(*start, rows.train) : fit_encoding(spec, rows.train);
  rows.integers = integers_of(rows.inputs.grid, rows.train.features);
  return rows;
}

}  // namespace basalt::learn
