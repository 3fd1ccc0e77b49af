#include "learn/network/network_in_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "learn/layer/fan_in.hpp"
#include "learn/model/matrix_view.hpp"

namespace basalt::learn {
namespace {

/// Few inputs need large weights: below 64 they are learned faster.
constexpr double few_inputs_root = 8.0;

/// How fast the linear path learns; faster than that of a convolution where inputs are few.
double dense_skip_pace(double learning_rate, std::size_t rows, std::size_t inputs) {
  if (rows >= few_training_rows) return 1.0;
  const double few_inputs = few_inputs_root / std::sqrt(static_cast<double>(inputs));
  return skip_pace(learning_rate, rows) * std::max(1.0, few_inputs);
}

/// The neurons that stay, in ascending order: those whose outgoing weights are largest.
/// Shape: `outgoing` [readers x neurons].
std::vector<std::size_t> strongest_neurons(const FloatMatrix& outgoing, double removed_share) {
  const auto neurons = static_cast<std::size_t>(outgoing.cols());
  const FloatMatrix strength = outgoing.colwise().norm();
  std::vector<std::size_t> order(neurons);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return strength(0, as_index(a)) > strength(0, as_index(b));
  });
  const auto removed =
      static_cast<std::size_t>(std::llround(removed_share * static_cast<double>(neurons)));
  order.resize(std::max<std::size_t>(1, neurons - removed));
  std::ranges::sort(order);
  return order;
}

}  // namespace

NetworkInTraining::NetworkInTraining(const NetworkSpec& spec, const InputEncoding& inputs,
                                     std::size_t outputs, std::size_t rows,
                                     const RandomStream& random)
    : spec_(spec), grid_(inputs.grid) {
  FloatMatrix values = inputs.sample;
  std::size_t width = grid_.inputs();
  std::int64_t high = grid_.input_high;
  for (std::size_t i = 0; i < spec.hidden.size(); ++i) {
    layers_.emplace_back(layer_spec(i, width, high, values, i == 0 ? inputs.truncated_bits : 0),
                         random.child("layer", i));
    values = FloatMatrix(layers_.back().forward(values, Phase::learning));
    width = spec.hidden[i];
    high = layers_.back().output_high();
  }
  head_ = LinearHead(
      {.form = readout_form(),
       .outputs = outputs,
       .hidden = spec.hidden.empty() ? 0 : spec.hidden.back(),
       .skipped = spec.quantization.skip ? grid_.inputs() : 0,
       .skip_pace = dense_skip_pace(spec.training.descent.learning_rate, rows, grid_.inputs())},
      random.child("readout"));
}

HiddenLayerSpec NetworkInTraining::layer_spec(std::size_t position, std::size_t inputs,
                                              std::int64_t input_high, const FloatMatrix& sample,
                                              int truncated_bits) const {
  HiddenLayerSpec layer;
  layer.inputs = inputs;
  layer.neurons = spec_.hidden[position];
  layer.input_high = input_high;
  layer.truncated_bits = truncated_bits;
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

const FloatMatrix& NetworkInTraining::last_value(const FloatMatrix& inputs) const {
  return hidden_.empty() ? inputs : hidden_.back();
}

const FloatMatrix& NetworkInTraining::forward(const FloatMatrix& inputs, Phase phase,
                                              bool rounded) {
  hidden_.resize(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    hidden_[i] = layers_[i].forward(i == 0 ? inputs : hidden_[i - 1], phase);
  }
  return head_.forward(last_value(inputs), inputs, rounded);
}

void NetworkInTraining::backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient) {
  FloatMatrix gradient, below;
  head_.backward(last_value(inputs), inputs, scores_gradient, gradient);
  for (std::size_t i = layers_.size(); i-- > 0;) {
    layers_[i].backward(i == 0 ? inputs : hidden_[i - 1], gradient, i == 0 ? nullptr : &below);
    std::swap(gradient, below);
  }
}

double NetworkInTraining::gradient_norm() const {
  double square = head_.gradient_square();
  for (const HiddenLayer& layer : layers_) square += layer.gradient_square();
  return std::sqrt(square);
}

void NetworkInTraining::step(const DescentSpec& descent, double rate, float factor) {
  for (HiddenLayer& layer : layers_) layer.step(descent, rate, factor);
  head_.step(descent, rate, factor);
}

void NetworkInTraining::round_weights() {
  for (HiddenLayer& layer : layers_) layer.round_weights();
}

void NetworkInTraining::freeze_statistics(const FloatMatrix& inputs) {
  FloatMatrix values = inputs;
  for (HiddenLayer& layer : layers_) {
    layer.freeze_statistics(values);
    values = FloatMatrix(layer.forward(values, Phase::frozen));
  }
}

std::size_t NetworkInTraining::max_active_neurons(std::size_t layer) const {
  const HiddenLayerSpec& spec = layers_.at(layer).spec();
  return spec.rule == AccumulatorRule::omega ? spec.omega
                                             : static_cast<std::size_t>(spec.grid.budget);
}

void NetworkInTraining::prune(double share) {
  std::vector<std::vector<std::size_t>> kept;  // chosen for all layers before any is changed
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const bool last = i + 1 == layers_.size();
    kept.push_back(
        strongest_neurons(last ? head_.weights() : layers_[i + 1].latent_weights(), share));
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].keep_neurons(kept[i]);
    spec_.hidden[i] = kept[i].size();
    if (i + 1 < layers_.size()) layers_[i + 1].keep_inputs(kept[i]);
  }
  if (!layers_.empty()) head_.keep_hidden(kept.back());
  pruned_ = pruned_ || !layers_.empty();
}

TrainingState NetworkInTraining::state() const {
  TrainingState state;
  for (const HiddenLayer& layer : layers_) state.layers.push_back(layer.state());
  head_.save(state);
  state.pruned = pruned_;
  return state;
}

void NetworkInTraining::restore(const TrainingState& state) {
  require(state.layers.size() == layers_.size() && head_.fits(state), ErrorCode::mismatch,
          "train: the network to go on from has ", state.layers.size(), " hidden layers, ",
          state.bias.cols(), " outputs and ", state.skip.cols() > 0 ? "a" : "no",
          " skip; the settings and the data ask for ", layers_.size(), ", ", head_.outputs(),
          " and ", head_.has_skip() ? "one" : "none");
  for (std::size_t i = 0; i < layers_.size(); ++i) layers_[i].restore(state.layers[i]);
  head_.restore(state);
  pruned_ = state.pruned;
}

SparseQuantNeuralNetwork NetworkInTraining::finish() const {
  SparseQuantNeuralNetwork network;
  network.grid = grid_;
  network.state = state();
  for (const HiddenLayer& layer : layers_) network.layers.push_back(layer.finish());
  network.readout = head_.finish();
  return network;
}

}  // namespace basalt::learn
