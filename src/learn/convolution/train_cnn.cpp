#include "learn/convolution/train_cnn.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "learn/convolution/cnn_in_training.hpp"
#include "learn/layer/fan_in.hpp"
#include "learn/layer/quantized_training.hpp"
#include "learn/network/fit_input_grid.hpp"
#include "learn/network/warm_start.hpp"
#include "learn/training/augment.hpp"
#include "learn/training/restarts.hpp"
#include "learn/training/resume.hpp"

namespace basalt::learn {
namespace {

constexpr std::size_t most_copies = 16;
constexpr std::size_t copy_memory = std::size_t{256} << 20;  ///< Bytes for augmented rows.

PixelGrid fit_pixel_grid(const CnnSpec& spec, const Matrix<double>& features) {
  PixelGrid grid;
  grid.image = spec.image;
  const std::int64_t high = spec.input_high();
  const double low = features.minCoeff(),
               width = (features.maxCoeff() - low) * (1.0 + border_nudge);
  require(width > 0, ErrorCode::invalid_argument,
          "convolutional network: every pixel has the same value in all ", features.rows(),
          " rows to train on, there is nothing to learn from");
  grid.origin = low - border_nudge * width;
  grid.pixels = quant::Quantizer(
      {.scale = width / static_cast<double>(high), .zero_point = 0, .low = 0, .high = high});
  return grid;
}

/// The grid of a network that was trained before.
PixelGrid kept_grid(const CnnSpec& spec, const QuantCNN& start) {
  const ImageShape &image = start.grid.image, &asked = spec.image;
  const std::int64_t high = start.grid.input_high();
  require(image.height == asked.height && image.width == asked.width &&
              image.channels == asked.channels && high == spec.input_high(),
          ErrorCode::mismatch, "train: the convolutional network to go on from reads ",
          image.height, " x ", image.width, " x ", image.channels, " pixels of [0, ", high,
          "], the settings ask for ", asked.height, " x ", asked.width, " x ", asked.channels,
          " of [0, ", spec.input_high(), "]");
  return start.grid;
}

/// The stages of the settings with the channels that the network has left.
std::vector<StageSpec> resumed_stages(std::vector<StageSpec> stages, const QuantCNN& start) {
  const auto same = [&](const StageSpec& asked, const QuantStage& found) {
    return asked.kind == found.kind && (start.state.pruned || asked.groups == found.groups);
  };
  require(std::ranges::equal(stages, start.stages, same), ErrorCode::mismatch,
          "train: the convolutional network to go on from has ", start.stages.size(),
          " stages, the settings ask for ", stages.size(), " or for others");
  if (!start.state.pruned) return stages;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    stages[i].input = start.stages[i].input;
    stages[i].output = start.stages[i].output;
    stages[i].groups = start.stages[i].groups;
  }
  return stages;
}

TargetScale kept_scale(const QuantCNN& start, const Dataset& data) {
  if (data.task == Task::classification) return {};
  const TargetScale scale(start.state.target_mean, start.state.target_deviation);
  require(scale.mean().size() == outputs_of(data), ErrorCode::mismatch, "train: the network has ",
          scale.mean().size(), " outputs, the data ", outputs_of(data), " targets");
  return scale;
}

LoopRows rows_of(const PixelGrid& grid, const TargetScale& scale, const Dataset& data) {
  if (data.rows() == 0) return {};
  return labelled_rows(grid.quantize(data.features).cast<float>(), data, scale);
}

/// Adds changed copies of the rows.
void augment_rows(Augmentation kind, const PixelGrid& grid, const Dataset& data,
                  const RandomStream& random, LoopRows& rows) {
  if (kind == Augmentation::none) return;
  const std::size_t size = data.rows() * data.columns() * sizeof(float);
  const std::size_t count = std::clamp<std::size_t>(copy_memory / size, 2, most_copies);
  const double background = data.features.minCoeff();
  for (std::size_t copy = 1; copy < count; ++copy) {
    rows.copies.push_back(grid.quantize(augmented(data.features, kind, grid.image, background,
                                                  random.child("augment", copy)))
                              .cast<float>());
  }
  const auto changed = static_cast<double>(count - 1);
  rows.changed_share = kind == Augmentation::affine ? changed / (changed + 1.0) : shifted_share;
}

/// Trains one network, from random parameters or from those of `start`.
QuantCNN train_by_descent(const CnnSpec& spec, const Dataset& data, const QuantCNN* start,
                          const RandomStream& random, const TrainingHooks& hooks,
                          std::vector<EpochRecord>& history) {
  const auto [learned, watched] = hold_out(spec.training, data, random);
  const PixelGrid grid =
      start != nullptr ? kept_grid(spec, *start) : fit_pixel_grid(spec, data.features);
  const TargetScale scale = start != nullptr ? kept_scale(*start, data) : TargetScale(learned);
  LoopRows rows = rows_of(grid, scale, learned);
  augment_rows(spec.training.augmentation, grid, learned, random, rows);
  const auto sampled = static_cast<Eigen::Index>(std::min(rows.rows(), sample_rows));
  const FloatMatrix sample = rows.copies.front().topRows(sampled);
  QuantizedTraining<CnnInTraining> training(
      CnnInTraining(spec, grid, outputs_of(data), sample, learned.rows(), random.child("network")),
      sample, spec.quantization.pruned_share);
  if (start != nullptr) {
    training.resume(start->state);
  } else if (data.task == Task::regression && spec.training.linear_start) {
    training.start_regression(rows.originals(), rows.targets.cast<double>(),
                              spec.training.linear_start_weight);
  }
  run_training(spec.training, training, rows, rows_of(grid, scale, watched), random, hooks,
               history);
  QuantCNN network = training.result();
  scale.restore(network);
  return network;
}

}  // namespace

QuantCNN train_cnn(const CnnSpec& spec, const Dataset& data, RandomStream random,
                   const TrainingHooks& hooks, std::vector<EpochRecord>& history) {
  return best_of_starts(
      spec.training, data, stream_of(spec.training, random), history,
      [&](const RandomStream& stream, std::vector<EpochRecord>& records) {
        return train_by_descent(spec, data, nullptr, stream, hooks, records);
      },
      [](const QuantCNN& network, const Matrix<double>& features) {
        return network.scores(features);
      });
}

QuantCNN resume_cnn(const CnnSpec& spec, const QuantCNN& start, const Dataset& data,
                    RandomStream random, const TrainingHooks& hooks,
                    std::vector<EpochRecord>& history) {
  require(!start.state.empty(), ErrorCode::invalid_argument,
          "train: the convolutional network has no training state; only one that Basalt trained "
          "can be trained further");
  refuse_second_pruning(spec.quantization, start.state);
  CnnSpec resumed = spec;
  resumed.stages = resumed_stages(spec.stages, start);
  return resume_from(spec.training, random, history,
                     [&](const RandomStream& stream, std::vector<EpochRecord>& records) {
                       return train_by_descent(resumed, data, &start, stream, hooks, records);
                     });
}

}  // namespace basalt::learn
