#include "learn/network/network_in_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "learn/layer/fan_in.hpp"
#include "learn/layer/milestones.hpp"
#include "learn/layer/readout_fit.hpp"
#include "learn/model/matrix_view.hpp"

namespace basalt::learn {
namespace {

/// Few inputs need large weights: below 64 they are learned faster.
constexpr double few_inputs_root = 8.0;

}  // namespace

NetworkInTraining::Matrices NetworkInTraining::matrices(FloatMatrix value) {
  const auto size = static_cast<std::size_t>(value.size());
  FloatMatrix gradient = FloatMatrix::Zero(value.rows(), value.cols());
  return {std::move(value), std::move(gradient), Descent(size)};
}

NetworkInTraining::NetworkInTraining(const NetworkSpec& spec, const Entrance& entrance,
                                     std::size_t outputs, std::size_t rows,
                                     const RandomStream& random)
    : spec_(spec), grid_(entrance.grid) {
  FloatMatrix values = entrance.sample;
  std::size_t inputs = grid_.inputs();
  std::int64_t high = grid_.input_high;
  for (std::size_t i = 0; i < spec.hidden.size(); ++i) {
    layers_.emplace_back(layer_spec(i, inputs, high, values, i == 0 ? entrance.dropped : 0),
                         random.child("layer", i));
    values = FloatMatrix(layers_.back().forward(values, Phase::learning));
    inputs = spec.hidden[i];
    high = layers_.back().output_high();
  }
  const std::size_t last = spec.hidden.empty() ? 0 : spec.hidden.back();
  RandomStream stream = random.child("readout");
  FloatMatrix weights(as_index(outputs), as_index(last));
  const double deviation =
      std::min(0.3, 1.5 / std::sqrt(std::max<double>(1.0, static_cast<double>(last))));
  for (float& weight : values_of(weights)) {
    weight = static_cast<float>(deviation * stream.gaussian());
  }
  readout_ = matrices(std::move(weights));
  skip_ = matrices(
      FloatMatrix::Zero(as_index(outputs), spec.quantization.skip ? as_index(grid_.inputs()) : 0));
  bias_ = matrices(FloatMatrix::Zero(1, as_index(outputs)));
  if (rows < few_training_rows) {
    const double few_inputs = few_inputs_root / std::sqrt(static_cast<double>(grid_.inputs()));
    skip_pace_ =
        std::clamp(fast_skip_rate / spec.training.descent.learning_rate, 1.0, fastest_skip) *
        std::max(1.0, few_inputs);
  }
}

HiddenLayerSpec NetworkInTraining::layer_spec(std::size_t position, std::size_t inputs,
                                              std::int64_t input_high, const FloatMatrix& sample,
                                              int dropped) const {
  HiddenLayerSpec layer;
  layer.inputs = inputs;
  layer.neurons = spec_.hidden[position];
  layer.input_high = input_high;
  layer.dropped = dropped;
  layer.last = position + 1 == spec_.hidden.size();
  layer.activation = &activation_named(spec_.quantization.activation);
  choose_weights(spec_.quantization, Bits{spec_.quantization.activation_bits}, sample, layer);
  layer.rounds = layer.rule == AccumulatorRule::omega;
  return layer;
}

ReadOutForm NetworkInTraining::readout_form() const {
  const bool wraps = spec_.quantization.rule == AccumulatorRule::wrap;
  const double high = layers_.empty() ? 1.0
                      : wraps         ? std::ldexp(1.0, spec_.quantization.accumulator_bits - 1)
                                      : static_cast<double>(layers_.back().output_high());
  return {.bits = spec_.quantization.readout_bits,
          .wraps = wraps,
          .hidden_high = high,
          .input_high = grid_.input_high};
}

const FloatMatrix& NetworkInTraining::forward(const FloatMatrix& inputs, Phase phase,
                                              bool rounded) {
  hidden_.resize(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    hidden_[i] = layers_[i].forward(i == 0 ? inputs : hidden_[i - 1], phase);
  }
  const auto high = static_cast<double>(grid_.input_high);
  rounded_readout_ = readout_.value;
  rounded_skip_ = skip_.value;
  if (rounded) {
    const ReadOutSteps steps = steps_of(readout_form(), readout_.value, skip_.value);
    if (!layers_.empty()) rounded_readout_ = rounded_to(readout_.value, steps.weight);
    if (spec_.quantization.skip) rounded_skip_ = rounded_to(skip_.value, steps.skip * high);
  }
  scores_ = bias_.value.replicate(inputs.rows(), 1);
  FloatMatrix part;
  if (!layers_.empty()) {
    multiply_transposed(hidden_.back(), rounded_readout_, part);
    scores_ += part;
  }
  if (spec_.quantization.skip) {
    multiply_transposed(inputs, rounded_skip_, part);
    scores_ += part * static_cast<float>(1.0 / high);
  }
  return scores_;
}

void NetworkInTraining::backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient) {
  bias_.gradient = scores_gradient.colwise().sum();
  if (spec_.quantization.skip) {
    transposed_multiply(scores_gradient, inputs, skip_.gradient);
    skip_.gradient *= static_cast<float>(1.0 / static_cast<double>(grid_.input_high));
  }
  if (layers_.empty()) return;
  transposed_multiply(scores_gradient, hidden_.back(), readout_.gradient);
  FloatMatrix gradient, below;
  multiply(scores_gradient, rounded_readout_, gradient);
  for (std::size_t i = layers_.size(); i-- > 0;) {
    layers_[i].backward(i == 0 ? inputs : hidden_[i - 1], gradient, i == 0 ? nullptr : &below);
    std::swap(gradient, below);
  }
}

double NetworkInTraining::gradient_norm() const {
  double square = 0.0;
  for (const Matrices* one : {&readout_, &skip_, &bias_}) {
    square += static_cast<double>(one->gradient.squaredNorm());
  }
  for (const HiddenLayer& layer : layers_) square += layer.gradient_square();
  return std::sqrt(square);
}

void NetworkInTraining::step(double rate) {
  float factor = 1.0F;
  if (spec_.training.gradient_clip > 0) {
    const double norm = gradient_norm();
    if (norm > spec_.training.gradient_clip)
      factor = static_cast<float>(spec_.training.gradient_clip / norm);
  }
  for (HiddenLayer& layer : layers_) layer.step(spec_.training.descent, rate, factor);
  DescentSpec skip = spec_.training.descent;
  if (skip.rule == DescentRule::adam && skip.weight_decay == 0.0) {
    skip.rule = DescentRule::adam_w;
    skip.weight_decay = skip_decay;
  }
  for (Matrices* one : {&readout_, &skip_, &bias_}) {
    if (factor != 1.0F) one->gradient *= factor;
    const bool is_skip = one == &skip_;
    one->descent.step(is_skip ? skip : spec_.training.descent, is_skip ? rate * skip_pace_ : rate,
                      values_of(one->value), values_of(one->gradient));
  }
}

void NetworkInTraining::round_weights() {
  for (HiddenLayer& layer : layers_) layer.round_weights();
}

void NetworkInTraining::settle(const FloatMatrix& inputs) {
  FloatMatrix values = inputs;
  for (HiddenLayer& layer : layers_) {
    layer.settle(values);
    values = FloatMatrix(layer.forward(values, Phase::settled));
  }
}

std::size_t NetworkInTraining::max_active_neurons(std::size_t layer) const {
  const HiddenLayerSpec& spec = layers_.at(layer).spec();
  return spec.rule == AccumulatorRule::omega ? spec.omega
                                             : static_cast<std::size_t>(spec.grid.budget);
}

void NetworkInTraining::enable_pruning(double share) {
  surviving_.clear();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::size_t neurons = layers_[i].spec().neurons;
    const bool last = i + 1 == layers_.size();
    const FloatMatrix outgoing = last ? readout_.value : layers_[i + 1].latent_weights();
    const FloatMatrix strength = outgoing.colwise().norm();
    std::vector<std::size_t> order(neurons);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      return strength(0, as_index(a)) > strength(0, as_index(b));
    });
    const auto removed =
        static_cast<std::size_t>(std::llround(share * static_cast<double>(neurons)));
    order.resize(std::max<std::size_t>(1, neurons - removed));
    std::ranges::sort(order);
    surviving_.push_back(std::move(order));
  }
}

void NetworkInTraining::make_pruning_permanent() {
  for (std::size_t i = 0; i < surviving_.size(); ++i) {
    const std::vector<std::size_t>& kept = surviving_[i];
    layers_[i].keep_neurons(kept);
    spec_.hidden[i] = kept.size();
    if (i + 1 < layers_.size()) {
      layers_[i + 1].keep_inputs(kept);
      continue;
    }
    FloatMatrix columns(readout_.value.rows(), as_index(kept.size()));
    for (std::size_t j = 0; j < kept.size(); ++j) {
      columns.col(as_index(j)) = readout_.value.col(as_index(kept[j]));
    }
    readout_ = matrices(std::move(columns));
  }
  pruned_ = pruned_ || !surviving_.empty();
  surviving_.clear();
}

TrainingState NetworkInTraining::state() const {
  TrainingState state;
  for (const HiddenLayer& layer : layers_) state.layers.push_back(layer.state());
  state.readout = readout_.value;
  state.skip = skip_.value;
  state.bias = bias_.value;
  state.pruned = pruned_;
  return state;
}

void NetworkInTraining::restore(const TrainingState& state) {
  const auto same = [](const FloatMatrix& a, const FloatMatrix& b) {
    return a.rows() == b.rows() && a.cols() == b.cols();
  };
  require(state.layers.size() == layers_.size() && same(state.readout, readout_.value) &&
              same(state.skip, skip_.value) && same(state.bias, bias_.value),
          ErrorCode::mismatch, "train: the network to go on from has ", state.layers.size(),
          " hidden layers, ", state.bias.cols(), " outputs and ",
          state.skip.cols() > 0 ? "a" : "no", " skip; the settings and the data ask for ",
          layers_.size(), ", ", bias_.value.cols(), " and ",
          skip_.value.cols() > 0 ? "one" : "none");
  for (std::size_t i = 0; i < layers_.size(); ++i) layers_[i].restore(state.layers[i]);
  readout_ = matrices(state.readout);
  skip_ = matrices(state.skip);
  bias_ = matrices(state.bias);
  pruned_ = state.pruned;
}

void NetworkInTraining::start_regression(const FloatMatrix& inputs, const Matrix<double>& targets) {
  readout_ = matrices(static_cast<float>(spec_.training.linear_start_weight) * readout_.value);
  const Matrix<double> rest = targets - forward(inputs, Phase::learning, false).cast<double>();
  const RealReadOut real = fit_linear(rest, inputs, grid_.input_high);
  skip_ = matrices(real.skip);
  bias_ = matrices(real.bias);
}

SparseQuantNeuralNetwork NetworkInTraining::finish() const {
  SparseQuantNeuralNetwork network = grid_;
  network.state = state();
  for (const HiddenLayer& layer : layers_) network.layers.push_back(layer.finish());
  network.readout = learn::rounded(
      readout_form(),
      {.hidden = layers_.empty() ? FloatMatrix(bias_.value.cols(), 0) : readout_.value,
       .skip = skip_.value,
       .bias = bias_.value});
  return network;
}

}  // namespace basalt::learn
