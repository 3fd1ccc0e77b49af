// What a convolutional network in training leaves: its integers, what it remembers, and what
// pruning spares.
#include <algorithm>

#include "base/error.hpp"
#include "learn/convolution/cnn_in_training.hpp"
#include "learn/convolution/cnn_pruning.hpp"

namespace basalt::learn {

using Eigen::Index;

/// One layer of all groups: tables of the widest group, the others' last entry repeated.
QuantLayer CnnInTraining::merged(const Stage& stage) const {
  QuantLayer all;
  for (const HiddenLayer& group : stage.layers) {
    QuantLayer part = group.finish();
    const Index wide = std::max(all.tables.cols(), part.tables.cols());
    const auto widened = [wide](const Matrix<std::int64_t>& tables) {
      Matrix<std::int64_t> out(tables.rows(), wide);
      out.leftCols(tables.cols()) = tables;
      for (Index c = tables.cols(); c < wide; ++c) out.col(c) = tables.col(tables.cols() - 1);
      return out;
    };
    for (std::uint32_t& table : part.table_of)
      table += static_cast<std::uint32_t>(all.tables.rows());
    Matrix<std::int64_t> tables(all.tables.rows() + part.tables.rows(), wide);
    if (all.tables.rows() > 0) tables.topRows(all.tables.rows()) = widened(all.tables);
    tables.bottomRows(part.tables.rows()) = widened(part.tables);
    Matrix<std::int32_t> weights(all.weights.rows() + part.weights.rows(), part.weights.cols());
    if (all.weights.rows() > 0) weights.topRows(all.weights.rows()) = all.weights;
    weights.bottomRows(part.weights.rows()) = part.weights;
    all.weights = std::move(weights);
    all.tables = std::move(tables);
    all.bits = std::max(all.bits, part.bits);
    all.wraps = part.wraps;
    all.truncated_bits = part.truncated_bits;
    all.rounds_exactly = part.rounds_exactly;
    all.bias.insert(all.bias.end(), part.bias.begin(), part.bias.end());
    all.table_of.insert(all.table_of.end(), part.table_of.begin(), part.table_of.end());
  }
  return all;
}

TrainingState CnnInTraining::state() const {
  TrainingState state;
  for (const Stage& stage : stages_) {
    for (const HiddenLayer& layer : stage.layers) state.layers.push_back(layer.state());
  }
  head_.save(state);
  state.pruned = pruned_;
  return state;
}

void CnnInTraining::restore(const TrainingState& state) {
  std::vector<HiddenLayer*> layers;
  for (Stage& stage : stages_) {
    for (HiddenLayer& layer : stage.layers) layers.push_back(&layer);
  }
  require(state.layers.size() == layers.size() && head_.fits(state), ErrorCode::mismatch,
          "train: the convolutional network to go on from has other layers, outputs or another "
          "skip than the settings and the data ask for");
  for (std::size_t i = 0; i < layers.size(); ++i) layers[i]->restore(state.layers[i]);
  head_.restore(state);
  pruned_ = state.pruned;
}

/// Per value and channel, the sum of the squared weights of the layers and the read-out on it.
std::vector<std::vector<double>> CnnInTraining::squares_that_read(
    const std::vector<std::size_t>& channels) const {
  std::vector<std::vector<double>> squares;
  for (const std::size_t count : channels) squares.emplace_back(count, 0.0);
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const StageSpec& spec = stages_[i].spec;
    const std::size_t read = spec.input.channels / spec.groups;
    for (std::size_t group = 0; group < stages_[i].layers.size(); ++group) {
      const FloatMatrix& weights = stages_[i].layers[group].latent_weights();
      for (Index e = 0; e < weights.cols(); ++e) {
        const std::size_t channel = group * read + static_cast<std::size_t>(e) % read;
        squares[i][channel % channels[i]] += static_cast<double>(weights.col(e).squaredNorm());
      }
    }
  }
  const FloatMatrix& readout = head_.weights();
  for (Index e = 0; e < readout.cols(); ++e) {
    squares.back()[static_cast<std::size_t>(e) % channels.back()] +=
        static_cast<double>(readout.col(e).squaredNorm());
  }
  return squares;
}

void CnnInTraining::keep_readout(std::size_t channels, const std::vector<std::size_t>& kept) {
  std::vector<std::size_t> columns;
  for (std::size_t e = 0; e < static_cast<std::size_t>(head_.weights().cols()); ++e) {
    if (std::ranges::binary_search(kept, e % channels)) columns.push_back(e);
  }
  head_.keep_hidden(columns);
}

/// Each group keeps the given channels of what it reads and makes.
void CnnInTraining::keep_within_groups(Stage& stage, std::size_t channels_read,
                                       const std::vector<std::size_t>& read,
                                       const std::vector<std::size_t>& made) {
  const std::size_t size = stage.spec.output.channels / stage.spec.groups;
  for (std::size_t group = 0; group < stage.layers.size(); ++group) {
    std::vector<std::size_t> neurons;
    for (const std::size_t channel : made) {
      if (channel / size == group) neurons.push_back(channel % size);
    }
    stage.layers[group].keep_inputs(kept_elements(stage.spec, group, channels_read, read));
    stage.layers[group].keep_neurons(neurons);
  }
}

void CnnInTraining::prune(double share) {
  std::vector<StageSpec> specs;
  for (const Stage& stage : stages_) specs.push_back(stage.spec);
  const std::vector<std::size_t> channels = channels_of(specs);
  const KeptChannels kept = kept_channels(specs, squares_that_read(channels), share);
  const std::vector<StageSpec> left = narrowed(specs, kept);
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    Stage& stage = stages_[i];
    if (left[i].groups < specs[i].groups) {  // whole groups go
      std::vector<HiddenLayer> groups;
      for (const std::size_t group : kept[i + 1]) groups.push_back(std::move(stage.layers[group]));
      stage.layers = std::move(groups);
    } else {
      keep_within_groups(stage, channels[i], kept[i], kept[i + 1]);
    }
    stage.spec = left[i];
    watch_windows(stage);
  }
  keep_readout(channels.back(), kept.back());
  pruned_ = true;
}

QuantCNN CnnInTraining::finish() const {
  QuantCNN network;
  network.grid = grid_;
  for (const Stage& stage : stages_) {
    const StageSpec& spec = stage.spec;
    network.stages.push_back({.kind = spec.kind,
                              .input = spec.input,
                              .output = spec.output,
                              .window = spec.window,
                              .groups = spec.groups,
                              .addend = spec.addend,
                              .input_high = spec.input_high,
                              .layer = merged(stage)});
  }
  network.readout = head_.finish();
  network.state = state();
  return network;
}

}  // namespace basalt::learn
