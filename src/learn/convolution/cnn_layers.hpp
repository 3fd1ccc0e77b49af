// The list of layers of a convolutional network, as recipes write it.
#pragma once

#include <string>
#include <vector>

#include "learn/model/quant_cnn.hpp"

namespace basalt::learn {

/// One stage to be trained.
struct StageSpec {
  StageKind kind = StageKind::layer;
  std::size_t entry = 0;  ///< Its place in the list, for messages.
  ImageShape input{}, output{};
  Window window{};
  std::size_t groups = 1, addend = 0;
  std::string activation{};  ///< Layers; empty: the network's.
  bool normalized = false;   ///< Layers: "batchnorm" follows; integers are normalized anyway.
  std::int64_t input_high = 0, output_high = 0;
};

/// What each group of a layer, or each channel that is pooled, sees; none of an addition.
std::vector<WindowMap> window_maps(const StageSpec& stage);

/// Sizes that follow from the settings.
struct StagesSpec {
  ImageShape image;
  std::int64_t input_high = 3, activation_high = 3;
};

/// Reads entries such as
///
///   "conv2d(8, 3, stride=2, padding=1, groups=1)"   channels, window
///   "conv1d(8, 3)"                                  for inputs of one line
///   "avgpool2d(2)", "maxpool2d(2, stride=1)"        window; the stride is the window unless given
///   "batchnorm"                                     after a layer; its table holds it at no cost
///   "relu", "tanh", ...                             after a layer: its activation
///   "add(0)", "add(input)"                          adds what entry 0 made, or the inputs
///   "flatten", "dense(32)"
///
/// in any case of letters, with a window of one number or of two as in 3x5.
/// Errors: invalid_argument with subject "layers" that names the entry.
std::vector<StageSpec> read_layers(const std::vector<std::string>& entries,
                                   const StagesSpec& sizes);

}  // namespace basalt::learn
