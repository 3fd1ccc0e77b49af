#include "learn/float/batch_normalization.hpp"

#include <algorithm>

namespace basalt::learn {
namespace {

using Eigen::Index;

constexpr float least_variance = 1e-5F;
constexpr float running_share = 0.1F;  ///< Of a batch.

}  // namespace

BatchNormalization::BatchNormalization(std::size_t columns) {
  const auto count = static_cast<Index>(columns);
  gain = running_variance = FloatMatrix::Ones(1, count);
  shift = running_mean = FloatMatrix::Zero(1, count);
  gain_gradient = shift_gradient = FloatMatrix::Zero(1, count);
}

void BatchNormalization::learn(FloatMatrix& sums) {
  const auto rows = static_cast<float>(sums.rows());
  const FloatMatrix mean = sums.colwise().mean();
  white_ = sums.rowwise() - mean.row(0);
  const FloatMatrix variance = white_.array().square().colwise().mean();
  inverse_ = (variance.array() + least_variance).rsqrt();
  white_.array().rowwise() *= inverse_.row(0).array();
  running_mean += running_share * (mean - running_mean);
  const float unbiased = rows / std::max(1.0F, rows - 1.0F);
  running_variance += running_share * (unbiased * variance - running_variance);
  sums = white_;
  sums.array().rowwise() *= gain.row(0).array();
  sums.rowwise() += shift.row(0);
}

void BatchNormalization::apply(FloatMatrix& sums) const {
  const FloatMatrix factor = gain.array() * (running_variance.array() + least_variance).rsqrt();
  sums.rowwise() -= running_mean.row(0);
  sums.array().rowwise() *= factor.row(0).array();
  sums.rowwise() += shift.row(0);
}

void BatchNormalization::backward(FloatMatrix& gradient) {
  shift_gradient = gradient.colwise().sum();
  gain_gradient = gradient.cwiseProduct(white_).colwise().sum();
  const float share = 1.0F / static_cast<float>(gradient.rows());
  FloatMatrix along = white_;
  along.array().rowwise() *= share * gain_gradient.row(0).array();
  gradient.rowwise() -= share * shift_gradient.row(0);
  gradient -= along;
  gradient.array().rowwise() *= gain.row(0).array() * inverse_.row(0).array();
}

}  // namespace basalt::learn
