// Trained convolutional networks of small integers: windows, tables, pooling, sums, a read-out.
#pragma once

#include <cstdint>
#include <vector>

#include "base/describe.hpp"
#include "learn/model/image_window.hpp"
#include "learn/model/sparse_quant_neural_network.hpp"

namespace basalt::learn {

enum class StageKind {
  layer,            ///< Convolution or dense layer: sums under a window, one table per channel.
  average_pooling,  ///< Sum under a window, per channel; the division is left to the next scale.
  maximum_pooling,  ///< Largest value under a window, per channel: look-ups of pairs.
  addition          ///< Sum of the value before and an earlier one.
};

/// One step of a network. It reads the value before it; value 0 are the inputs, value i the output
/// of stage i - 1.
struct QuantStage {
  StageKind kind = StageKind::layer;
  ImageShape input, output;
  Window window;
  std::size_t groups = 1;       ///< Layer: channels of the input are split among the outputs.
  std::size_t addend = 0;       ///< Addition: the earlier value.
  std::int64_t input_high = 0;  ///< What it reads lies in [0, input_high].
  /// Layer: weights [channels x window elements of a group], a table per channel, the same at every
  /// position.
  QuantLayer layer;

  /// Look-ups per row.
  std::size_t bootstraps() const noexcept;
};

/// A trained network. All arithmetic is on integers; it is what the circuit computes.
struct QuantCNN {
  PixelGrid grid;  ///< The integers that enter.
  std::vector<QuantStage> stages;
  ReadOut readout;  ///< Reads the last value, flattened, and the inputs.
  TrainingState
      state;  ///< Its layers are those of each stage, group by group; no circuit holds it.

  std::size_t inputs() const noexcept { return grid.inputs(); }
  std::size_t outputs() const noexcept { return readout.scale.size(); }
  std::size_t bootstraps() const noexcept;

  /// Shape: [rows x features] -> [rows x inputs].
  Matrix<std::int64_t> quantize(const Matrix<double>& standardized) const {
    return grid.quantize(standardized);
  }
  /// Values of every stage, the outputs last. Shape: [rows x inputs] -> [rows x elements] each.
  std::vector<Matrix<std::int64_t>> forward_all(const Matrix<std::int64_t>& inputs) const;
  /// Shape: [rows x features] -> [rows x outputs], real.
  Matrix<double> scores(const Matrix<double>& standardized) const;
  /// The same from integers. Shape: [rows x inputs] -> [rows x outputs].
  Matrix<double> integer_scores(const Matrix<std::int64_t>& inputs) const;
};

template <class Visitor>
void describe(Visitor& visit, MaybeConst<ImageShape> auto& shape) {
  visit("height", shape.height);
  visit("width", shape.width);
  visit("channels", shape.channels);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Window> auto& window) {
  visit("kernel_height", window.kernel[0]);
  visit("kernel_width", window.kernel[1]);
  visit("stride_height", window.stride[0]);
  visit("stride_width", window.stride[1]);
  visit("padding_height", window.padding[0]);
  visit("padding_width", window.padding[1]);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<QuantStage> auto& stage) {
  visit("kind", stage.kind);
  visit.part("input", stage.input);
  visit.part("output", stage.output);
  visit.part("window", stage.window);
  visit("groups", stage.groups);
  visit("addend", stage.addend);
  visit("input_high", stage.input_high);
  visit.part("layer", stage.layer);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<QuantCNN> auto& network) {
  visit.part("image", network.grid.image);
  visit("origin", network.grid.origin);
  visit.part("pixels", network.grid.pixels);
  visit.list("stages", network.stages);
  visit.part("readout", network.readout);
  if (visit.has("state", !network.state.empty())) visit.part("state", network.state);
}

}  // namespace basalt::learn
