#include "learn/layer/linear_head.hpp"

#include <algorithm>
#include <cmath>

#include "learn/layer/readout_fit.hpp"

namespace basalt::learn {
namespace {

constexpr double fast_skip_rate = 0.03, fastest_skip = 10.0;
constexpr double skip_decay = 0.01;  ///< Of the weights of the linear path.

bool same_shape(const FloatMatrix& a, const FloatMatrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols();
}

}  // namespace

double skip_pace(double learning_rate, std::size_t training_rows) {
  if (training_rows >= few_training_rows) return 1.0;
  return std::clamp(fast_skip_rate / learning_rate, 1.0, fastest_skip);
}

LinearHead::LinearHead(const LinearHeadSpec& spec, RandomStream random)
    : form_(spec.form), skip_pace_(spec.skip_pace) {
  FloatMatrix weights(as_index(spec.outputs), as_index(spec.hidden));
  const double deviation =
      std::min(0.3, 1.5 / std::sqrt(std::max<double>(1.0, static_cast<double>(spec.hidden))));
  for (float& weight : values_of(weights)) {
    weight = static_cast<float>(deviation * random.gaussian());
  }
  readout_ = make_parameter(std::move(weights));
  skip_ = make_parameter(FloatMatrix::Zero(as_index(spec.outputs), as_index(spec.skipped)));
  bias_ = make_parameter(FloatMatrix::Zero(1, as_index(spec.outputs)));
}

const FloatMatrix& LinearHead::forward(const FloatMatrix& hidden, const FloatMatrix& inputs,
                                       bool rounded) {
  const auto high = static_cast<double>(form_.input_high);
  rounded_readout_ = readout_.value;
  rounded_skip_ = skip_.value;
  if (rounded) {
    const ReadOutSteps steps = steps_of(form_, readout_.value, skip_.value);
    if (has_hidden()) rounded_readout_ = rounded_to(readout_.value, steps.weight);
    if (has_skip()) rounded_skip_ = rounded_to(skip_.value, steps.skip * high);
  }
  scores_ = bias_.value.replicate(inputs.rows(), 1);
  FloatMatrix part;
  if (has_hidden()) {
    multiply_transposed(hidden, rounded_readout_, part);
    scores_ += part;
  }
  if (has_skip()) {
    multiply_transposed(inputs, rounded_skip_, part);
    scores_ += part * static_cast<float>(1.0 / high);
  }
  return scores_;
}

void LinearHead::backward(const FloatMatrix& hidden, const FloatMatrix& inputs,
                          const FloatMatrix& scores_gradient, FloatMatrix& hidden_gradient) {
  bias_.gradient = scores_gradient.colwise().sum();
  if (has_skip()) {
    transposed_multiply(scores_gradient, inputs, skip_.gradient);
    skip_.gradient *= static_cast<float>(1.0 / static_cast<double>(form_.input_high));
  }
  if (!has_hidden()) return;
  transposed_multiply(scores_gradient, hidden, readout_.gradient);
  multiply(scores_gradient, rounded_readout_, hidden_gradient);
}

double LinearHead::gradient_square() const {
  double square = 0.0;
  for (const Parameter* one : {&readout_, &skip_, &bias_}) {
    square += static_cast<double>(one->gradient.squaredNorm());
  }
  return square;
}

void LinearHead::step(const DescentSpec& descent, double rate, float factor) {
  DescentSpec skip = descent;
  if (skip.rule == DescentRule::adam && skip.weight_decay == 0.0) {
    skip.rule = DescentRule::adam_w;
    skip.weight_decay = skip_decay;
  }
  descend(readout_, descent, rate, factor);
  descend(skip_, skip, rate * skip_pace_, factor);
  descend(bias_, descent, rate, factor);
}

void LinearHead::scale_weights(double share) {
  readout_ = make_parameter(static_cast<float>(share) * readout_.value);
}

void LinearHead::fit_linear_path(const FloatMatrix& inputs, const Matrix<double>& targets) {
  const RealReadOut real = fit_linear(targets, inputs, form_.input_high);
  skip_ = make_parameter(real.skip);
  bias_ = make_parameter(real.bias);
}

void LinearHead::keep_hidden(const std::vector<std::size_t>& kept) {
  FloatMatrix columns(readout_.value.rows(), as_index(kept.size()));
  for (std::size_t j = 0; j < kept.size(); ++j) {
    columns.col(as_index(j)) = readout_.value.col(as_index(kept[j]));
  }
  readout_ = make_parameter(std::move(columns));
}

void LinearHead::save(TrainingState& state) const {
  state.readout = readout_.value;
  state.skip = skip_.value;
  state.bias = bias_.value;
}

bool LinearHead::fits(const TrainingState& state) const {
  return same_shape(state.readout, readout_.value) && same_shape(state.skip, skip_.value) &&
         same_shape(state.bias, bias_.value);
}

void LinearHead::restore(const TrainingState& state) {
  readout_ = make_parameter(state.readout);
  skip_ = make_parameter(state.skip);
  bias_ = make_parameter(state.bias);
}

ReadOut LinearHead::finish() const {
  return rounded(form_, {.hidden = readout_.value, .skip = skip_.value, .bias = bias_.value});
}

}  // namespace basalt::learn
