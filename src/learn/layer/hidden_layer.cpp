#include "learn/layer/hidden_layer.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "learn/model/matrix_view.hpp"

namespace basalt::learn {
namespace {

constexpr float initial_deviation = 0.05F;  ///< Of latent weights.
constexpr double phase_pace = 8.0;          ///< Phases are in steps of a table: they learn faster.
constexpr float largest_latent = 1.0F;
/// Normalized sums are tabulated from -reach to reach in steps of 1/fineness.
constexpr float reach = 8.0F, fineness = 256.0F;
/// The grid of an activation's values covers those of [-typical, typical].
constexpr double typical = 2.0;
constexpr float statistics_share = 0.1F;     ///< Of a batch, in the running statistics.
constexpr float least_sum_variance = 1e-3F;  ///< In squared integer steps.

FloatMatrix gaussian_matrix(std::size_t rows, std::size_t columns, RandomStream random) {
  FloatMatrix matrix(as_index(rows), as_index(columns));
  for (float& value : values_of(matrix)) {
    value = initial_deviation * static_cast<float>(random.gaussian());
  }
  return matrix;
}

}  // namespace

HiddenLayer::HiddenLayer(const HiddenLayerSpec& spec, RandomStream random) : spec_(spec) {
  require(spec.inputs > 0 && spec.neurons > 0, ErrorCode::invalid_argument,
          "hidden layer: ", spec.inputs, " inputs and ", spec.neurons, " neurons");
  const Eigen::Index neurons = as_index(spec.neurons);
  latent_ = make_parameter(gaussian_matrix(spec.neurons, spec.inputs, random.child("weights")));
  weights_ = FloatMatrix::Zero(neurons, as_index(spec.inputs));
  if (spec.rule == AccumulatorRule::omega) {
    mask_ = omega_mask(values_of(latent_.value), spec.neurons, spec.omega);
  }
  FloatMatrix phases = FloatMatrix::Zero(1, neurons);
  if (wraps()) {
    RandomStream stream = random.child("phases");
    for (float& phase : values_of(phases)) {
      phase = static_cast<float>(std::ldexp(stream.uniform(), spec.table_bits));
    }
    tabulate_triangle();
  } else {
    require(spec.activation != nullptr, ErrorCode::invalid_argument,
            "hidden layer: a padded layer needs an activation");
    tabulate_activation();
  }
  phase_ = make_parameter(std::move(phases));
  gain_ = make_parameter(FloatMatrix::Ones(1, neurons));
  shift_ = make_parameter(FloatMatrix::Zero(1, neurons));
  running_mean_ = FloatMatrix::Zero(1, neurons);
  running_inverse_ = FloatMatrix::Ones(1, neurons);
  round_weights();
}

std::int64_t HiddenLayer::output_high() const noexcept {
  return (std::int64_t{1} << spec_.activation_bits) - 1;
}

/// h'(m) = H - 2m on the rising half of the torus, its negative on the other, H = T/2 - 1: odd
/// integers, so that a table without padding bit holds them.
void HiddenLayer::tabulate_triangle() {
  const std::int64_t size = std::int64_t{1} << spec_.table_bits, half = size / 2;
  const auto high = static_cast<double>(output_high());
  codes_.resize(static_cast<std::size_t>(size));
  responses_.resize(codes_.size());
  for (std::int64_t m = 0; m < half; ++m) {
    const std::int64_t odd = half - 1 - 2 * m;
    const double share = 0.5 * (static_cast<double>(odd) / static_cast<double>(half) + 1.0);
    const auto code = static_cast<std::int64_t>(std::floor(share * high + 0.5));
    codes_[static_cast<std::size_t>(m)] = spec_.last ? odd : code;
    codes_[static_cast<std::size_t>(m + half)] = spec_.last ? -odd : output_high() - code;
  }
  // The slope is that of the triangle before rounding, by central differences.
  const auto triangle = [&](std::int64_t m) {
    const std::int64_t at = (m + size) % size;
    const auto odd = static_cast<double>(at < half ? half - 1 - 2 * at : 2 * at + 1 - 3 * half);
    return odd / static_cast<double>(half);
  };
  for (std::int64_t m = 0; m < size; ++m) {
    const auto i = static_cast<std::size_t>(m);
    const double slope = 0.5 * (triangle(m + 1) - triangle(m - 1));
    const auto code = static_cast<double>(codes_[i]);
    responses_[i] = {static_cast<float>(spec_.last ? code / static_cast<double>(half) : code),
                     static_cast<float>(spec_.last ? slope : slope * 0.5 * high)};
  }
}

void HiddenLayer::tabulate_activation() {
  const Activation& activation = *spec_.activation;
  const auto count = static_cast<std::size_t>(2.0F * reach * fineness);
  const auto at = [](std::size_t i) { return (static_cast<double>(i) + 0.5) / fineness - reach; };
  double low = 1e300, top = -1e300;
  for (std::size_t i = 0; i < count; ++i) {
    if (std::abs(at(i)) > typical) continue;
    low = std::min(low, activation.value(at(i)));
    top = std::max(top, activation.value(at(i)));
  }
  const auto high = static_cast<double>(output_high());
  double step = std::max(top - low, 1e-6) / std::max(high, 1.0);
  if (spec_.is_signed) {  // codes around 0, as signed integers of the same bits have
    step = 2.0 * std::max(std::abs(low), std::abs(top)) / (high + 1.0);
    low = -0.5 * (high + 1.0) * step;
  }
  activation_step_ = step;
  codes_.resize(count);
  responses_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double exact = (activation.value(at(i)) - low) / step;
    const double code = std::clamp(std::floor(exact + 0.5), 0.0, high);
    const bool inside = exact > -0.5 && exact < high + 0.5;
    const double slope = inside ? activation.slope(at(i)) / step : 0.0;
    codes_[i] = static_cast<std::int64_t>(code);
    responses_[i] = {static_cast<float>(spec_.last ? (2.0 * code - high) / high : code),
                     static_cast<float>(spec_.last ? slope * 2.0 / high : slope)};
  }
}

void HiddenLayer::round_weights() {
  if (spec_.rule == AccumulatorRule::omega) {
    round_layer(values_of(latent_.value), mask_, spec_.weight_low, spec_.weight_high,
                spec_.power_of_two, values_of(weights_));
    if (rounded_bits_ > 0) fit_rounding();
    return;
  }
  std::vector<float> scratch(2 * spec_.inputs);
  for (std::size_t neuron = 0; neuron < spec_.neurons; ++neuron) {
    const std::size_t from = neuron * spec_.inputs;
    round_neuron(spec_.grid, values_of(latent_.value).subspan(from, spec_.inputs),
                 values_of(weights_).subspan(from, spec_.inputs), scratch);
  }
}

const FloatMatrix& HiddenLayer::forward(const FloatMatrix& inputs, Phase phase) {
  multiply_transposed(inputs, weights_, sums_);
  outputs_.resize(sums_.rows(), sums_.cols());
  slopes_.resize(sums_.rows(), sums_.cols());
  if (wraps()) {
    forward_wrapping();
  } else {
    forward_padded(phase);
  }
  return outputs_;
}

void HiddenLayer::forward_wrapping() {
  const auto mask = static_cast<int>(responses_.size()) - 1;
  const float scale = std::ldexp(1.0F, -spec_.truncated_bits);
  for (Eigen::Index row = 0; row < sums_.rows(); ++row) {
    for (Eigen::Index j = 0; j < sums_.cols(); ++j) {
      const float position =
          std::floor(scale * (sums_(row, j) + std::floor(phase_.value(0, j) / scale)));
      const Response& response =
          responses_[static_cast<std::size_t>(static_cast<int>(position) & mask)];
      outputs_(row, j) = response.value;
      slopes_(row, j) = response.slope;
    }
  }
}

float HiddenLayer::normalized(Eigen::Index neuron, float sum) const {
  return gain_.value(0, neuron) * ((sum - running_mean_(0, neuron)) * running_inverse_(0, neuron)) +
         shift_.value(0, neuron);
}

const HiddenLayer::Response& HiddenLayer::padded_response(float normalized_sum) const {
  const float place = (std::clamp(normalized_sum, -reach, reach) + reach) * fineness;
  return responses_[std::min(static_cast<std::size_t>(place), responses_.size() - 1)];
}

void HiddenLayer::measure(FloatMatrix& mean, FloatMatrix& inverse) const {
  mean = sums_.colwise().mean();
  FloatMatrix variance = FloatMatrix::Zero(1, sums_.cols());
  for (Eigen::Index row = 0; row < sums_.rows(); ++row) {
    variance.array() += (sums_.row(row) - mean).array().square();
  }
  variance /= static_cast<float>(sums_.rows());
  inverse = (variance.array() + least_sum_variance).rsqrt();
}

void HiddenLayer::forward_padded(Phase phase) {
  pass_ = has_statistics_ ? phase : Phase::learning;
  if (pass_ == Phase::learning) {
    FloatMatrix mean, inverse;
    measure(mean, inverse);
    mean_ = mean;
    inverse_ = inverse;
    const float share = has_statistics_ ? statistics_share : 1.0F;
    running_mean_ += share * (mean - running_mean_);
    running_inverse_ += share * (inverse - running_inverse_);
    has_statistics_ = true;
  } else {
    mean_ = running_mean_;
    inverse_ = running_inverse_;
  }
  const bool rounds = rounded_off_ > 0 && pass_ == Phase::frozen;
  for (Eigen::Index row = 0; row < sums_.rows(); ++row) {
    for (Eigen::Index j = 0; j < sums_.cols(); ++j) {
      if (rounds) sums_(row, j) = rounded_sum(j, sums_(row, j));
      const float white = (sums_(row, j) - mean_(0, j)) * inverse_(0, j);
      const Response& response = padded_response(gain_.value(0, j) * white + shift_.value(0, j));
      outputs_(row, j) = response.value;
      slopes_(row, j) = response.slope;
    }
  }
}

/// The layer is y = f(z), z = z(u), u = x w^T with integers w = round(latent). Rounding and the
/// steps of the table have slope 0 almost everywhere; they are passed as if they were the identity
/// and the smooth curve below them (the straight-through estimator).
///
/// Shape: gradient [batch x neurons] is dL/dy, then dL/dz, then dL/du.
/// Source: Bengio, Leonard, Courville, 2013 (arXiv 1308.3432).
void HiddenLayer::backward(const FloatMatrix& inputs, const FloatMatrix& outputs_gradient,
                           FloatMatrix* inputs_gradient) {
  // 1. Through the table: dL/dz = dL/dy f'(z). forward() kept f'(z), the slope at the entry read.
  FloatMatrix gradient = outputs_gradient.cwiseProduct(slopes_);
  if (wraps()) {
    // 2a. z = 2^-t u + phase, t the bits below a step of the table: dz/dphase = 1, one phase for
    //     all rows, and dz/du = 2^-t. The period does not appear: f is periodic and has no jump.
    phase_.gradient = gradient.colwise().sum();
    gradient *= std::ldexp(1.0F, -spec_.truncated_bits);
  } else {
    // 2b. z is the normalized sum.
    backward_normalization(gradient);
  }
  // 3. dL/dw = (dL/du)^T x is given to the latent weights, also to those that are rounded to 0:
  //    they must be able to come back.
  transposed_multiply(gradient, inputs, latent_.gradient);
  // 4. What the mask of the omega rule removed stays removed.
  for (std::size_t i = 0; i < mask_.size(); ++i) values_of(latent_.gradient)[i] *= mask_[i];
  // 5. dL/dx = dL/du w, with the rounded weights that forward() multiplied by.
  if (inputs_gradient != nullptr) multiply(gradient, weights_, *inputs_gradient);
}

/// From the gradient of the normalized sums to that of the sums: z = gain v + shift with the
/// whitened sums v = (u - mean) inverse, inverse = 1 / sqrt(variance + least_sum_variance).
///
/// Source: Ioffe, Szegedy, Batch Normalization, 2015 (arXiv 1502.03167), section 3.
void HiddenLayer::backward_normalization(FloatMatrix& gradient) {
  // 1. v again, from the sums and statistics of the last forward pass.
  FloatMatrix white = sums_.rowwise() - mean_.row(0);
  white.array().rowwise() *= inverse_.row(0).array();
  // 2. dL/dshift = sum of dL/dz, dL/dgain = sum of dL/dz v, over the rows.
  shift_.gradient = gradient.colwise().sum();
  gain_.gradient = gradient.cwiseProduct(white).colwise().sum();
  // 3. In training mean and variance depend on every row of the batch, which adds two terms:
  //    dL/dv - mean(dL/dv) - v mean(dL/dv v). Frozen statistics are constants and add none.
  if (pass_ == Phase::learning) {
    const float share = 1.0F / static_cast<float>(gradient.rows());
    gradient.rowwise() -= share * shift_.gradient.row(0);
    white.array().rowwise() *= share * gain_.gradient.row(0).array();
    gradient -= white;
  }
  // 4. dz/dv = gain and dv/du = inverse.
  gradient.array().rowwise() *= gain_.value.row(0).array() * inverse_.row(0).array();
}

double HiddenLayer::gradient_square() const {
  double sum = static_cast<double>(latent_.gradient.squaredNorm());
  for (const Parameter* one : {&phase_, &gain_, &shift_}) {
    sum += static_cast<double>(one->gradient.squaredNorm());
  }
  return sum;
}

void HiddenLayer::step(const DescentSpec& descent, double rate, float factor) {
  descend(latent_, descent, rate, factor);
  latent_.value = latent_.value.cwiseMax(-largest_latent).cwiseMin(largest_latent);
  DescentSpec plain = descent;
  plain.weight_decay = 0.0;
  if (wraps()) {
    descend(phase_, plain, phase_pace * rate, factor);
    return;
  }
  descend(gain_, plain, rate, factor);
  descend(shift_, plain, rate, factor);
}

void HiddenLayer::freeze_statistics(const FloatMatrix& inputs) {
  if (wraps()) return;
  multiply_transposed(inputs, weights_, sums_);
  measure(running_mean_, running_inverse_);
  has_statistics_ = true;
  choose_rounding();
}

QuantLayer HiddenLayer::finish() const {
  QuantLayer layer;
  layer.weights = weights_.cast<std::int32_t>();
  layer.wraps = wraps();
  if (wraps()) {
    finish_wrapping(layer);
  } else {
    finish_padded(layer);
  }
  return layer;
}

void HiddenLayer::finish_wrapping(QuantLayer& layer) const {
  layer.bits = Bits{spec_.table_bits};
  layer.truncated_bits = Bits{spec_.truncated_bits};
  layer.tables.resize(1, as_index(codes_.size()));
  for (std::size_t m = 0; m < codes_.size(); ++m) layer.tables(0, as_index(m)) = codes_[m];
  layer.table_of.assign(spec_.neurons, 0);
  const std::int64_t period = std::int64_t{1} << (spec_.table_bits + spec_.truncated_bits);
  // A look-up rounds half up where training rounds down.
  const std::int64_t half =
      spec_.truncated_bits > 0 ? std::int64_t{1} << (spec_.truncated_bits - 1) : 0;
  for (Eigen::Index j = 0; j < phase_.value.cols(); ++j) {
    const float fine = std::ldexp(phase_.value(0, j), spec_.truncated_bits);
    const auto steps = static_cast<std::int64_t>(std::floor(fine)) - half;
    layer.bias.push_back(((steps % period) + period) % period);
  }
}

}  // namespace basalt::learn
