#include "learn/convolution/cnn_in_training.hpp"

#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "learn/layer/fan_in.hpp"
#include "learn/layer/milestones.hpp"
#include "learn/model/matrix_view.hpp"

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

CnnInTraining::Parameter CnnInTraining::parameter(FloatMatrix value) {
  const auto size = static_cast<std::size_t>(value.size());
  FloatMatrix gradient = FloatMatrix::Zero(value.rows(), value.cols());
  return {std::move(value), std::move(gradient), Descent(size)};
}

CnnInTraining::CnnInTraining(const CnnSpec& spec, const QuantCNN& grid, std::size_t outputs,
                             FloatMatrix sample, bool few_rows, const RandomStream& random)
    : spec_(spec), grid_(grid), sample_(std::move(sample)) {
  values_ = {sample_};
  for (std::size_t i = 0; i < spec.stages.size(); ++i) {
    stages_.push_back(make_stage(spec.stages[i], i + 1 == spec.stages.size(), values_.back(),
                                 random.child("stage", i)));
    values_.emplace_back();
    run_stage(i, Phase::learning);
  }
  const Index last = values_.back().cols();
  const double deviation = std::min(0.3, 1.5 / std::sqrt(static_cast<double>(last)));
  FloatMatrix weights(static_cast<Index>(outputs), last);
  RandomStream stream = random.child("readout");
  for (float& weight : values_of(weights)) {
    weight = static_cast<float>(deviation * stream.gaussian());
  }
  readout_ = parameter(std::move(weights));
  const Index skipped = spec.quantization.skip ? static_cast<Index>(grid.inputs()) : 0;
  skip_ = parameter(FloatMatrix::Zero(static_cast<Index>(outputs), skipped));
  bias_ = parameter(FloatMatrix::Zero(1, static_cast<Index>(outputs)));
  if (few_rows) {
    skip_pace_ =
        std::clamp(fast_skip_rate / spec.training.descent.learning_rate, 1.0, fastest_skip);
  }
}

CnnInTraining::Stage CnnInTraining::make_stage(const StageSpec& spec, bool is_last,
                                               const FloatMatrix& sample,
                                               const RandomStream& random) const {
  Stage stage;
  stage.spec = spec;
  if (spec.kind == StageKind::addition) return stage;
  const bool is_layer = spec.kind == StageKind::layer;
  int dropped = 0;
  stage.maps = window_maps(spec);
  stage.patches.resize(stage.maps.size());
  for (std::size_t part = 0; is_layer && part < stage.maps.size(); ++part) {
    FloatMatrix patches;
    gather(stage.maps[part], sample, patches);
    if (part == 0 && stages_.empty() && spec_.quantization.soft_inputs) {
      dropped = soft_dropped_bits(spec_.quantization, patches);
    }
    stage.layers.emplace_back(layer_spec(spec, is_last, patches, dropped),
                              random.child("group", part));
  }
  return stage;
}

HiddenLayerSpec CnnInTraining::layer_spec(const StageSpec& stage, bool is_last,
                                          const FloatMatrix& patches, int dropped) const {
  HiddenLayerSpec layer;
  layer.inputs = static_cast<std::size_t>(patches.cols());
  layer.neurons = stage.output.channels / stage.groups;
  layer.input_high = stage.input_high;
  layer.dropped = dropped;
  // Only wrapping tables say more to a read-out than the codes of the activation bits.
  layer.last = is_last && spec_.quantization.rule == AccumulatorRule::wrap;
  layer.activation = &activation_named(stage.activation.empty() ? spec_.quantization.activation
                                                                : stage.activation);
  // Pooled and added values have more bits than an activation.
  const auto input_bits = std::bit_width(static_cast<std::uint64_t>(stage.input_high));
  choose_weights(spec_.quantization, Bits{static_cast<int>(input_bits)}, patches, layer);
  const bool is_omega = spec_.quantization.rule == AccumulatorRule::omega;
  layer.rounds = is_omega;
  if (is_omega ? layer.omega == 0 : layer.grid.budget < 1.0) {
    throw Error(ErrorCode::invalid_argument,
                cat("\"layers\", entry ", stage.entry, ", reads sums of [0, ", stage.input_high,
                    "], none of which fits an accumulator of ", spec_.quantization.accumulator_bits,
                    " bits; set \"module__n_accum_bits\" higher"),
                "module__n_accum_bits");
  }
  return layer;
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

void CnnInTraining::pool(Stage& stage, const FloatMatrix& values, FloatMatrix& out) {
  const auto channels = static_cast<Index>(stage.maps.size());
  const bool is_sum = stage.spec.kind == StageKind::average_pooling;
  out.resize(values.rows(), values_in(stage.spec.output));
  stage.largest.resize(is_sum ? 0 : out.rows(), out.cols());
  for (Index c = 0; c < channels; ++c) {
    const WindowMap& map = stage.maps[static_cast<std::size_t>(c)];
    FloatMatrix& patches = stage.patches[static_cast<std::size_t>(c)];
    gather(map, values, patches);
    const auto positions = static_cast<Index>(map.positions);
    for (Index i = 0; i < patches.rows(); ++i) {
      const Index at = i % positions * channels + c;
      if (is_sum) {
        out(i / positions, at) = patches.row(i).sum();
        continue;
      }
      Index from = 0;
      out(i / positions, at) = patches.row(i).maxCoeff(&from);
      stage.largest(i / positions, at) =
          map.source[static_cast<std::size_t>(i % positions * patches.cols() + from)];
    }
  }
}

void CnnInTraining::run_stage(std::size_t i, Phase phase) {
  Stage& stage = stages_[i];
  FloatMatrix& out = values_[i + 1];
  if (stage.spec.kind == StageKind::addition) {
    out = values_[i] + values_[stage.spec.addend];
    return;
  }
  if (stage.spec.kind != StageKind::layer) {
    pool(stage, values_[i], out);
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

void CnnInTraining::pass(const FloatMatrix& inputs, Phase phase) {
  values_.resize(stages_.size() + 1);
  values_[0] = inputs;
  for (std::size_t i = 0; i < stages_.size(); ++i) run_stage(i, phase);
}

/// Statistics of the sample, layer by layer.
void CnnInTraining::settle() {
  values_.resize(stages_.size() + 1);
  values_[0] = sample_;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    Stage& stage = stages_[i];
    for (std::size_t group = 0; group < stage.layers.size(); ++group) {
      gather(stage.maps[group], values_[i], stage.patches[group]);
      stage.layers[group].settle(stage.patches[group]);
    }
    align_rounding(stage);
    run_stage(i, Phase::settled);
  }
}

bool CnnInTraining::reads_odd_integers() const {
  return !stages_.back().layers.empty() && stages_.back().layers.front().spec().last;
}

ReadOutForm CnnInTraining::form() const {
  const bool odd = reads_odd_integers();
  return {.bits = spec_.quantization.readout_bits,
          .wraps = odd,
          .hidden_high = odd ? std::ldexp(1.0, spec_.quantization.accumulator_bits - 1)
                             : static_cast<double>(stages_.back().spec.output_high),
          .input_high = stages_.front().spec.input_high};
}

const FloatMatrix& CnnInTraining::forward(const FloatMatrix& inputs, double progress) {
  if (!pruned_ && spec_.quantization.pruned_share > 0 && progress >= pruned_at)
    prune(spec_.quantization.pruned_share);
  round_weights();
  if (!settled_ && progress >= settled_from) {
    settle();
    settled_ = true;
  }
  pass(inputs, settled_ ? Phase::settled : Phase::learning);
  const ReadOutForm ends = form();
  hidden_ = values_.back();
  if (!ends.wraps) {
    hidden_ = (hidden_.array() * static_cast<float>(2.0 / ends.hidden_high) - 1.0F).matrix();
  }
  rounded_readout_ = readout_.value;
  rounded_skip_ = skip_.value;
  const auto high = static_cast<double>(ends.input_high);
  if (progress >= rounded_from) {
    const ReadOutSteps steps = steps_of(ends, readout_.value, skip_.value);
    rounded_readout_ = rounded_to(readout_.value, steps.weight);
    if (spec_.quantization.skip) rounded_skip_ = rounded_to(skip_.value, steps.skip * high);
  }
  multiply_transposed(hidden_, rounded_readout_, scores_);
  scores_.rowwise() += bias_.value.row(0);
  if (spec_.quantization.skip) {
    FloatMatrix part;
    multiply_transposed(inputs, rounded_skip_, part);
    scores_ += part * static_cast<float>(1.0 / high);
  }
  return scores_;
}

/// Gives every element of a pooled value's gradient to where it came from.
void CnnInTraining::spread(Stage& stage, const FloatMatrix& gradient, FloatMatrix& below) const {
  const auto channels = static_cast<Index>(stage.maps.size());
  if (stage.spec.kind == StageKind::maximum_pooling) {
    for (Index row = 0; row < gradient.rows(); ++row) {
      for (Index at = 0; at < gradient.cols(); ++at) {
        const std::int32_t from = stage.largest(row, at);
        if (from >= 0) below(row, from) += gradient(row, at);
      }
    }
    return;
  }
  for (Index c = 0; c < channels; ++c) {
    FloatMatrix& patches = stage.patches[static_cast<std::size_t>(c)];
    const Index positions = gradient.cols() / channels;
    for (Index i = 0; i < patches.rows(); ++i) {
      patches.row(i).setConstant(gradient(i / positions, i % positions * channels + c));
    }
    scatter_add(stage.maps[static_cast<std::size_t>(c)], patches, below);
  }
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
    spread(stage, gradient, gradients_[i]);
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
  const ReadOutForm ends = form();
  bias_.gradient = scores_gradient.colwise().sum();
  transposed_multiply(scores_gradient, hidden_, readout_.gradient);
  if (spec_.quantization.skip) {
    transposed_multiply(scores_gradient, inputs, skip_.gradient);
    skip_.gradient *= static_cast<float>(1.0 / static_cast<double>(ends.input_high));
  }
  gradients_.resize(values_.size());
  for (std::size_t i = 0; i + 1 < values_.size(); ++i) {
    gradients_[i] = FloatMatrix::Zero(values_[i].rows(), values_[i].cols());
  }
  multiply(scores_gradient, rounded_readout_, gradients_.back());
  if (!ends.wraps) gradients_.back() *= static_cast<float>(2.0 / ends.hidden_high);
  for (std::size_t i = stages_.size(); i-- > 0;) stage_backward(i);
}

double CnnInTraining::gradient_norm() const {
  double square = 0.0;
  for (const Parameter* one : {&readout_, &skip_, &bias_}) {
    square += static_cast<double>(one->gradient.squaredNorm());
  }
  for (const Stage& stage : stages_) {
    for (const HiddenLayer& layer : stage.layers) square += layer.gradient_square();
  }
  return std::sqrt(square);
}

void CnnInTraining::step(const TrainingSpec& spec, double rate) {
  const double norm = gradient_norm();
  const bool clips = spec.gradient_clip > 0 && norm > spec.gradient_clip;
  const float factor = clips ? static_cast<float>(spec.gradient_clip / norm) : 1.0F;
  for (Stage& stage : stages_) {
    for (HiddenLayer& layer : stage.layers) layer.step(spec.descent, rate, factor);
  }
  DescentSpec skip = spec.descent;
  if (skip.rule == DescentRule::adam && skip.weight_decay == 0.0) {
    skip.rule = DescentRule::adam_w;
    skip.weight_decay = skip_decay;
  }
  for (Parameter* one : {&readout_, &skip_, &bias_}) {
    one->gradient *= factor;
    const bool is_skip = one == &skip_;
    one->descent.step(is_skip ? skip : spec.descent, is_skip ? rate * skip_pace_ : rate,
                      values_of(one->value), values_of(one->gradient));
  }
}

FloatMatrix CnnInTraining::finished_scores(const FloatMatrix& inputs) {
  return finished().scores(inputs.cast<std::int64_t>()).cast<float>();
}

}  // namespace basalt::learn
