// The padded tables of a hidden layer: how wide sums are, how they are rounded, what is looked up.
#include <algorithm>
#include <bit>
#include <cmath>

#include "learn/layer/hidden_layer.hpp"
#include "learn/model/matrix_view.hpp"

namespace basalt::learn {
namespace {

/// Sums of more bits are rounded; the tables then have one of these widths. A bit more doubles the
/// price of a bootstrap and of the key, a bit less is one bootstrap more to round.
constexpr int unrounded_bits = 7, fewest_rounded_bits = 6, most_rounded_bits = 8;
/// Codes of the activation that a rounded step may span: training adapts to that many.
constexpr double coarsest = 4.0;

int bits_of(std::int64_t widest) {
  return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(widest)));
}

/// Bits to round off, half up, so that a sum of [0, widest] is read by a table of `bits`.
int rounded_off(std::int64_t widest, int bits) {
  int truncated_bits = 0;
  const auto entries = std::int64_t{1} << bits;
  while (((widest + (std::int64_t{1} << truncated_bits >> 1)) >> truncated_bits) >= entries)
    ++truncated_bits;
  return truncated_bits;
}

}  // namespace

std::int64_t HiddenLayer::widest_sum() const {
  const float widest = weights_.cwiseAbs().rowwise().sum().maxCoeff();
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(widest) * spec_.input_high);
}

/// The fewest bits that still resolve the shape of the activation.
void HiddenLayer::choose_rounding() {
  rounded_bits_ = rounded_off_ = 0;
  const std::int64_t widest = widest_sum();
  if (!spec_.rounds || bits_of(widest) <= unrounded_bits) return;
  const auto slopes = running_inverse_.array() * gain_.value.array().abs();
  const double code = activation_step_ / std::max(1e-9, static_cast<double>(slopes.mean()));
  int bits = fewest_rounded_bits;
  while (bits < most_rounded_bits && std::ldexp(1.0, rounded_off(widest, bits)) > coarsest * code)
    ++bits;
  if (bits >= bits_of(widest)) return;
  rounded_bits_ = bits;
  fit_rounding();
}

void HiddenLayer::adopt_rounding(Rounding common) {
  rounded_bits_ = common.bits;
  fit_rounding();
  rounded_off_ = std::max(rounded_off_, common.off);
}

/// The weights changed: the same tables serve, of sums that lose other bits.
void HiddenLayer::fit_rounding() {
  rounded_off_ = rounded_off(widest_sum(), rounded_bits_);
  lows_.clear();
  for (Eigen::Index j = 0; j < weights_.rows(); ++j) {
    lows_.push_back(static_cast<std::int64_t>(weights_.row(j).cwiseMin(0.0F).sum()) *
                    spec_.input_high);
  }
}

float HiddenLayer::rounded_sum(Eigen::Index neuron, float sum) const {
  const auto low = static_cast<float>(lows_[static_cast<std::size_t>(neuron)]);
  const float steps = std::floor(std::ldexp(sum - low, -rounded_off_) + 0.5F);
  return low + std::ldexp(steps, rounded_off_);
}

void HiddenLayer::finish_padded(QuantLayer& layer) const {
  const std::int64_t widest = widest_sum();
  layer.bits = Bits{rounded_off_ > 0 ? rounded_bits_ : bits_of(widest)};
  layer.truncated_bits = Bits{rounded_off_};
  layer.rounds_exactly = rounded_off_ > 0;
  const Eigen::Index size = Eigen::Index{1} << layer.bits.value;
  layer.tables.resize(as_index(spec_.neurons), size);
  for (std::size_t j = 0; j < spec_.neurons; ++j) {
    const auto row = layer.weights.row(as_index(j)).cast<std::int64_t>();
    const std::int64_t low = row.cwiseMin(0).sum() * spec_.input_high;
    for (Eigen::Index i = 0; i < size; ++i) {
      const auto sum = static_cast<float>((i << rounded_off_) + low);
      const auto response = static_cast<std::size_t>(
          &padded_response(normalized(as_index(j), sum)) - responses_.data());
      layer.tables(as_index(j), i) = codes_[response];
    }
    layer.bias.push_back(-low);
    layer.table_of.push_back(static_cast<std::uint32_t>(j));
  }
}

}  // namespace basalt::learn
