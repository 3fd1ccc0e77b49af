// What a hidden layer remembers, and what is left of it after pruning.
#include <numeric>

#include "base/error.hpp"
#include "learn/layer/hidden_layer.hpp"
#include "learn/model/matrix_view.hpp"

namespace basalt::learn {
namespace {

/// Keeps the given rows and columns, with their descent.
void keep_entries(Parameter& parameter, const std::vector<std::size_t>& rows,
                  const std::vector<std::size_t>& columns) {
  FloatMatrix kept(as_index(rows.size()), as_index(columns.size()));
  std::vector<std::size_t> entries;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < columns.size(); ++j) {
      kept(as_index(i), as_index(j)) = parameter.value(as_index(rows[i]), as_index(columns[j]));
      entries.push_back(rows[i] * static_cast<std::size_t>(parameter.value.cols()) + columns[j]);
    }
  }
  parameter.descent.keep(entries);
  parameter.gradient = FloatMatrix::Zero(kept.rows(), kept.cols());
  parameter.value = std::move(kept);
}

}  // namespace

LayerState HiddenLayer::state() const {
  LayerState state{.weights = latent_.value,
                   .mask = {},
                   .phase = phase_.value,
                   .gain = gain_.value,
                   .shift = shift_.value,
                   .running_mean = running_mean_,
                   .running_inverse = running_inverse_};
  state.mask =
      Eigen::Map<const FloatMatrix>(mask_.data(), mask_.empty() ? 0 : as_index(spec_.neurons),
                                    mask_.empty() ? 0 : as_index(spec_.inputs));
  return state;
}

void HiddenLayer::restore(const LayerState& state) {
  require(
      state.weights.rows() == latent_.value.rows() && state.weights.cols() == latent_.value.cols(),
      ErrorCode::mismatch, "hidden layer: a state of ", state.weights.rows(), " x ",
      state.weights.cols(), " weights, expected ", latent_.value.rows(), " x ",
      latent_.value.cols());
  latent_ = make_parameter(state.weights);
  if (!mask_.empty() && state.mask.size() == latent_.value.size()) {
    mask_.assign(state.mask.data(), state.mask.data() + state.mask.size());
  }
  phase_ = make_parameter(state.phase);
  gain_ = make_parameter(state.gain);
  shift_ = make_parameter(state.shift);
  running_mean_ = state.running_mean;
  running_inverse_ = state.running_inverse;
  has_statistics_ = true;
  round_weights();
}

void HiddenLayer::keep_neurons(const std::vector<std::size_t>& kept) {
  std::vector<std::size_t> all(spec_.inputs);
  std::iota(all.begin(), all.end(), std::size_t{0});
  FloatMatrix mean(1, as_index(kept.size())), inverse(1, as_index(kept.size()));
  std::vector<float> mask;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    mean(0, as_index(i)) = running_mean_(0, as_index(kept[i]));
    inverse(0, as_index(i)) = running_inverse_(0, as_index(kept[i]));
    for (std::size_t k = 0; k < spec_.inputs && !mask_.empty(); ++k) {
      mask.push_back(mask_[kept[i] * spec_.inputs + k]);
    }
  }
  keep_entries(latent_, kept, all);
  for (Parameter* one : {&phase_, &gain_, &shift_}) keep_entries(*one, {0}, kept);
  running_mean_ = std::move(mean);
  running_inverse_ = std::move(inverse);
  mask_ = std::move(mask);
  spec_.neurons = kept.size();
  weights_ = FloatMatrix::Zero(as_index(spec_.neurons), as_index(spec_.inputs));
  round_weights();
}

void HiddenLayer::keep_inputs(const std::vector<std::size_t>& kept) {
  std::vector<std::size_t> all(spec_.neurons);
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::vector<float> mask;
  for (std::size_t j = 0; j < spec_.neurons && !mask_.empty(); ++j) {
    for (const std::size_t input : kept) mask.push_back(mask_[j * spec_.inputs + input]);
  }
  keep_entries(latent_, all, kept);
  mask_ = std::move(mask);
  spec_.inputs = kept.size();
  weights_ = FloatMatrix::Zero(as_index(spec_.neurons), as_index(spec_.inputs));
  round_weights();
}

}  // namespace basalt::learn
