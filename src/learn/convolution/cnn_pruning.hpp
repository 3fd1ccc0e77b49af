// Which channels of a convolutional network are removed, and what is left of its stages.
#pragma once

#include <vector>

#include "learn/convolution/cnn_layers.hpp"

namespace basalt::learn {

/// Indices of the channels that stay, of every value: value 0 are the inputs, value i what stage
/// i - 1 makes.
using KeptChannels = std::vector<std::vector<std::size_t>>;

/// Channels of every value.
std::vector<std::size_t> channels_of(const std::vector<StageSpec>& stages);

/// Chooses the share of the channels with the least weight, of every value that a layer makes.
/// Values that pooling or addition tie together lose the same channels; where groups share the
/// channels out, each share loses as many, and a depthwise layer loses groups. Inputs, and values
/// that are added to another number of channels, lose none. At least one channel stays everywhere.
/// `squares`: per value and channel, the sum of the squared weights that read it.
KeptChannels kept_channels(const std::vector<StageSpec>& stages,
                           const std::vector<std::vector<double>>& squares, double share);

/// What is left of the patch of one group of a stage: the elements of its channels that stay.
/// `channels`: how many the value that the stage reads had.
std::vector<std::size_t> kept_elements(const StageSpec& stage, std::size_t group,
                                       std::size_t channels, const std::vector<std::size_t>& kept);

/// The stages with the channels, and the depthwise ones with the groups, that stay.
std::vector<StageSpec> narrowed(std::vector<StageSpec> stages, const KeptChannels& kept);

}  // namespace basalt::learn
