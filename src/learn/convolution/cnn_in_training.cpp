#include "learn/convolution/cnn_in_training.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "learn/layer/fan_in.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

Index values_in(const ImageShape& shape) {
  return static_cast<Index>(shape.height * shape.width * shape.channels);
}

/// [rows x positions * channels] as [rows * positions x channels]: the same memory.
FloatMatrix by_position(const FloatMatrix& values, std::size_t channels) {
  const auto columns = static_cast<Index>(channels);
  return values.reshaped<Eigen::RowMajor>(values.size() / columns, columns);
}

}  // namespace

CnnInTraining::CnnInTraining(const CnnSpec& spec, const PixelGrid& grid, std::size_t outputs,
                             const FloatMatrix& sample, std::size_t rows,
                             const RandomStream& random)
    : spec_(spec), grid_(grid) {
  values_ = {sample};
  for (std::size_t i = 0; i < spec.stages.size(); ++i) {
    stages_.push_back(make_stage(spec.stages[i], i + 1 == spec.stages.size(), values_.back(),
                                 random.child("stage", i)));
    values_.emplace_back();
    run_stage(i, Phase::learning);
  }
  head_ = LinearHead({.form = readout_form(),
                      .outputs = outputs,
                      .hidden = static_cast<std::size_t>(values_.back().cols()),
                      .skipped = spec.quantization.skip ? grid.inputs() : 0,
                      .skip_pace = skip_pace(spec.training.descent.learning_rate, rows)},
                     random.child("readout"));
}

void CnnInTraining::watch_windows(Stage& stage) {
  if (stage.spec.kind == StageKind::layer) {
    stage.maps = window_maps(stage.spec);
    stage.patches.resize(stage.maps.size());
  } else if (stage.spec.kind != StageKind::addition) {
    stage.pooling = Pooling(stage.spec, WindowAverage::sum);
  }
}

CnnInTraining::Stage CnnInTraining::make_stage(const StageSpec& spec, bool is_last,
                                               const FloatMatrix& sample,
                                               const RandomStream& random) const {
  Stage stage;
  stage.spec = spec;
  watch_windows(stage);
  int truncated_bits = 0;
  for (std::size_t part = 0; part < stage.maps.size(); ++part) {
    FloatMatrix patches;
    gather(stage.maps[part], sample, patches);
    if (part == 0 && stages_.empty() && spec_.quantization.soft_inputs) {
      truncated_bits = soft_truncated_bits(spec_.quantization, patches);
    }
    stage.layers.emplace_back(layer_spec(spec, is_last, patches, truncated_bits),
                              random.child("group", part));
  }
  return stage;
}

HiddenLayerSpec CnnInTraining::layer_spec(const StageSpec& stage, bool is_last,
                                          const FloatMatrix& patches, int truncated_bits) const {
  const QuantizationSpec& quantization = spec_.quantization;
  HiddenLayerSpec layer;
  layer.inputs = static_cast<std::size_t>(patches.cols());
  layer.neurons = stage.output.channels / stage.groups;
  layer.input_high = stage.input_high;
  layer.truncated_bits = truncated_bits;
  // Only wrapping tables say more to a read-out than the codes of the activation bits.
  layer.last = is_last && quantization.rule == AccumulatorRule::wrap;
  layer.activation =
      &activation_named(stage.activation.empty() ? quantization.activation : stage.activation);
  // Pooled and added values have more bits than an activation.
  const auto input_bits = std::bit_width(static_cast<std::uint64_t>(stage.input_high));
  choose_weights(quantization, Bits{static_cast<int>(input_bits)}, patches, layer);
  const bool is_omega = quantization.rule == AccumulatorRule::omega;
  layer.rounds = is_omega;
  if (is_omega ? layer.omega == 0 : layer.grid.budget < 1.0) {
    throw Error(ErrorCode::invalid_argument,
                concat("\"layers\", entry ", stage.entry, ", reads sums of [0, ", stage.input_high,
                       "], none of which fits an accumulator of ", quantization.accumulator_bits,
                       " bits; set \"module__n_accum_bits\" higher"),
                "module__n_accum_bits");
  }
  return layer;
}

ReadOutForm CnnInTraining::readout_form() const {
  const Stage& last = stages_.back();
  const bool wraps = !last.layers.empty() && last.layers.front().spec().last;
  return {.bits = spec_.quantization.readout_bits,
          .wraps = wraps,
          .hidden_high = wraps ? std::ldexp(1.0, spec_.quantization.accumulator_bits - 1)
                               : static_cast<double>(last.spec.output_high),
          .input_high = stages_.front().spec.input_high};
}

void CnnInTraining::round_weights() {
  for (Stage& stage : stages_) {
    for (HiddenLayer& layer : stage.layers) layer.round_weights();
    align_rounding(stage);
  }
}

void CnnInTraining::align_rounding(Stage& stage) {
  HiddenLayer::Rounding common;
  for (const HiddenLayer& layer : stage.layers) {
    common.bits = std::max(common.bits, layer.rounding().bits);
    common.off = std::max(common.off, layer.rounding().off);
  }
  if (common.bits == 0) return;
  for (HiddenLayer& layer : stage.layers) layer.adopt_rounding(common);
  for (const HiddenLayer& layer : stage.layers) {
    common.off = std::max(common.off, layer.rounding().off);
  }
  for (HiddenLayer& layer : stage.layers) layer.adopt_rounding(common);
}

void CnnInTraining::run_stage(std::size_t i, Phase phase) {
  Stage& stage = stages_[i];
  FloatMatrix& out = values_[i + 1];
  if (stage.spec.kind == StageKind::addition) {
    out = values_[i] + values_[stage.spec.addend];
    return;
  }
  if (stage.spec.kind != StageKind::layer) {
    stage.pooling.forward(values_[i], out);
    return;
  }
  const auto made = static_cast<Index>(stage.spec.output.channels / stage.spec.groups);
  FloatMatrix rows(values_[i].rows() * static_cast<Index>(stage.maps.front().positions),
                   static_cast<Index>(stage.spec.output.channels));
  for (std::size_t group = 0; group < stage.layers.size(); ++group) {
    gather(stage.maps[group], values_[i], stage.patches[group]);
    rows.middleCols(static_cast<Index>(group) * made, made) =
        stage.layers[group].forward(stage.patches[group], phase);
  }
  out = rows.reshaped<Eigen::RowMajor>(values_[i].rows(), values_in(stage.spec.output));
}

void CnnInTraining::freeze_statistics(const FloatMatrix& inputs) {
  values_.resize(stages_.size() + 1);
  values_[0] = inputs;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    Stage& stage = stages_[i];
    for (std::size_t group = 0; group < stage.layers.size(); ++group) {
      gather(stage.maps[group], values_[i], stage.patches[group]);
      stage.layers[group].freeze_statistics(stage.patches[group]);
    }
    align_rounding(stage);
    run_stage(i, Phase::frozen);
  }
}

const FloatMatrix& CnnInTraining::forward(const FloatMatrix& inputs, Phase phase, bool rounded) {
  values_.resize(stages_.size() + 1);
  values_[0] = inputs;
  for (std::size_t i = 0; i < stages_.size(); ++i) run_stage(i, phase);
  hidden_ = values_.back();
  const ReadOutForm& form = head_.form();
  if (!form.wraps) {
    hidden_ = (hidden_.array() * static_cast<float>(2.0 / form.hidden_high) - 1.0F).matrix();
  }
  return head_.forward(hidden_, inputs, rounded);
}

void CnnInTraining::stage_backward(std::size_t i) {
  Stage& stage = stages_[i];
  const FloatMatrix& gradient = gradients_[i + 1];
  if (stage.spec.kind == StageKind::addition) {
    gradients_[i] += gradient;
    gradients_[stage.spec.addend] += gradient;
    return;
  }
  if (stage.spec.kind != StageKind::layer) {
    stage.pooling.backward(gradient, gradients_[i]);
    return;
  }
  const FloatMatrix rows = by_position(gradient, stage.spec.output.channels);
  const auto made = static_cast<Index>(stage.spec.output.channels / stage.spec.groups);
  for (std::size_t group = 0; group < stage.layers.size(); ++group) {
    const FloatMatrix own = rows.middleCols(static_cast<Index>(group) * made, made);
    FloatMatrix below;
    stage.layers[group].backward(stage.patches[group], own, i == 0 ? nullptr : &below);
    if (i > 0) scatter_add(stage.maps[group], below, gradients_[i]);
  }
}

void CnnInTraining::backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient) {
  gradients_.resize(values_.size());
  for (std::size_t i = 0; i + 1 < values_.size(); ++i) {
    gradients_[i] = FloatMatrix::Zero(values_[i].rows(), values_[i].cols());
  }
  head_.backward(hidden_, inputs, scores_gradient, gradients_.back());
  const ReadOutForm& form = head_.form();
  if (!form.wraps) gradients_.back() *= static_cast<float>(2.0 / form.hidden_high);
  for (std::size_t i = stages_.size(); i-- > 0;) stage_backward(i);
}

double CnnInTraining::gradient_norm() const {
  double square = head_.gradient_square();
  for (const Stage& stage : stages_) {
    for (const HiddenLayer& layer : stage.layers) square += layer.gradient_square();
  }
  return std::sqrt(square);
}

void CnnInTraining::step(const DescentSpec& descent, double rate, float factor) {
  for (Stage& stage : stages_) {
    for (HiddenLayer& layer : stage.layers) layer.step(descent, rate, factor);
  }
  head_.step(descent, rate, factor);
}

}  // namespace basalt::learn
