#include "learn/convolution/cnn_pruning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace basalt::learn {
namespace {

/// Whether each channel has a window of its own, so that it goes or stays with its group.
bool is_depthwise(const StageSpec& stage) {
  return stage.kind == StageKind::layer && stage.groups > 1 &&
         stage.groups == stage.input.channels && stage.groups == stage.output.channels;
}

/// Values that lose the same channels.
class Ties {
 public:
  Ties(const std::vector<StageSpec>& stages, const std::vector<std::size_t>& channels)
      : channels_(channels), parent_(channels.size()), fixed_(channels.size(), false) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    shares_.assign(channels.size(), 1);
    fixed_.front() = true;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      if (stages[i].kind == StageKind::layer && !is_depthwise(stages[i])) continue;
      tie(i, i + 1);
      if (stages[i].kind == StageKind::addition) tie(stages[i].addend, i + 1);
    }
    for (std::size_t i = 0; i < stages.size(); ++i) {
      if (stages[i].kind != StageKind::layer || is_depthwise(stages[i])) continue;
      share_out(i, stages[i].groups, stages[i].input.channels);
      share_out(i + 1, stages[i].groups, stages[i].output.channels);
    }
  }

  std::size_t first_of(std::size_t value) const {
    while (parent_[value] != value) value = parent_[value];
    return value;
  }
  bool is_fixed(std::size_t first) const { return fixed_[first]; }
  /// Equal runs of channels that lose as many each.
  std::size_t shares(std::size_t first) const { return shares_[first]; }

 private:
  void tie(std::size_t a, std::size_t b) {
    const std::size_t one = first_of(a), other = first_of(b);
    const std::size_t to = std::min(one, other), from = std::max(one, other);
    if (channels_[a] != channels_[b] || fixed_[one] || fixed_[other]) fixed_[to] = true;
    parent_[from] = to;
  }
  void share_out(std::size_t value, std::size_t groups, std::size_t channels) {
    const std::size_t first = first_of(value);
    if (groups > 1 && channels != channels_[value]) fixed_[first] = true;
    shares_[first] = std::lcm(shares_[first], groups);
  }

  const std::vector<std::size_t>& channels_;
  std::vector<std::size_t> parent_, shares_;
  std::vector<bool> fixed_;
};

std::vector<std::size_t> all_of(std::size_t count) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// The strongest of each run of channels, in ascending order.
std::vector<std::size_t> strongest(const std::vector<double>& squares, std::size_t runs,
                                   double share) {
  const std::size_t length = squares.size() / runs;
  const auto wanted = static_cast<std::size_t>(std::llround(share * static_cast<double>(length)));
  const std::size_t kept = length - std::min(wanted, length - 1);
  std::vector<std::size_t> all;
  for (std::size_t run = 0; run < runs; ++run) {
    std::vector<std::size_t> order(length);
    std::iota(order.begin(), order.end(), run * length);
    std::ranges::stable_sort(order,
                             [&](std::size_t a, std::size_t b) { return squares[a] > squares[b]; });
    all.insert(all.end(), order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept));
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace

std::vector<std::size_t> channels_of(const std::vector<StageSpec>& stages) {
  std::vector<std::size_t> channels{stages.front().input.channels};
  for (const StageSpec& stage : stages) channels.push_back(stage.output.channels);
  return channels;
}

KeptChannels kept_channels(const std::vector<StageSpec>& stages,
                           const std::vector<std::vector<double>>& squares, double share) {
  const std::vector<std::size_t> channels = channels_of(stages);
  const Ties ties(stages, channels);
  std::vector<std::vector<double>> sums(channels.size());
  for (std::size_t value = 0; value < channels.size(); ++value) {
    const std::size_t first = ties.first_of(value);
    if (ties.is_fixed(first)) continue;
    sums[first].resize(channels[value], 0.0);
    for (std::size_t c = 0; c < channels[value]; ++c) sums[first][c] += squares[value][c];
  }
  KeptChannels kept;
  for (std::size_t value = 0; value < channels.size(); ++value) {
    const std::size_t first = ties.first_of(value);
    kept.push_back(ties.is_fixed(first) ? all_of(channels[value])
                                        : strongest(sums[first], ties.shares(first), share));
  }
  return kept;
}

std::vector<std::size_t> kept_elements(const StageSpec& stage, std::size_t group,
                                       std::size_t channels, const std::vector<std::size_t>& kept) {
  const std::size_t read = stage.input.channels / stage.groups;
  const std::size_t patch = stage.window.kernel[0] * stage.window.kernel[1] * read;
  std::vector<std::size_t> elements;
  for (std::size_t e = 0; e < patch; ++e) {
    const std::size_t channel = (group * read + e % read) % channels;
    if (std::ranges::binary_search(kept, channel)) elements.push_back(e);
  }
  return elements;
}

std::vector<StageSpec> narrowed(std::vector<StageSpec> stages, const KeptChannels& kept) {
  const std::vector<std::size_t> channels = channels_of(stages);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    StageSpec& stage = stages[i];
    // A flattened value has its channels once per position.
    if (is_depthwise(stage)) stage.groups = kept[i].size();
    stage.input.channels = stage.input.channels / channels[i] * kept[i].size();
    stage.output.channels = kept[i + 1].size();
  }
  return stages;
}

}  // namespace basalt::learn
