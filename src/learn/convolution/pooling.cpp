#include "learn/convolution/pooling.hpp"

namespace basalt::learn {

using Eigen::Index;

Pooling::Pooling(const StageSpec& stage, WindowAverage average)
    : takes_maximum_(stage.kind == StageKind::maximum_pooling),
      average_(average),
      maps_(window_maps(stage)),
      patches_(maps_.size()) {}

void Pooling::forward(const FloatMatrix& values, FloatMatrix& out) {
  out.resize(values.rows(), static_cast<Index>(maps_.front().positions * maps_.size()));
  if (takes_maximum_) largest_.resize(out.rows(), out.cols());
  for (std::size_t channel = 0; channel < maps_.size(); ++channel) {
    gather(maps_[channel], values, patches_[channel]);
    forward_channel(channel, out);
  }
}

void Pooling::forward_channel(std::size_t channel, FloatMatrix& out) {
  const WindowMap& map = maps_[channel];
  const FloatMatrix& patches = patches_[channel];
  const auto positions = static_cast<Index>(map.positions);
  const auto channels = static_cast<Index>(maps_.size());
  for (Index i = 0; i < patches.rows(); ++i) {
    const Index row = i / positions, at = i % positions * channels + static_cast<Index>(channel);
    if (!takes_maximum_) {
      out(row, at) = average_ == WindowAverage::sum ? patches.row(i).sum() : patches.row(i).mean();
      continue;
    }
    Index from = 0;
    out(row, at) = patches.row(i).maxCoeff(&from);
    largest_(row, at) = map.source[static_cast<std::size_t>(i % positions * patches.cols() + from)];
  }
}

void Pooling::backward(const FloatMatrix& gradient, FloatMatrix& below) {
  if (takes_maximum_) {
    for (Index row = 0; row < gradient.rows(); ++row) {
      for (Index at = 0; at < gradient.cols(); ++at) {
        const std::int32_t from = largest_(row, at);
        if (from >= 0) below(row, from) += gradient(row, at);
      }
    }
    return;
  }
  const auto channels = static_cast<Index>(maps_.size());
  const Index positions = gradient.cols() / channels;
  for (Index c = 0; c < channels; ++c) {
    FloatMatrix& patches = patches_[static_cast<std::size_t>(c)];
    const float share =
        average_ == WindowAverage::sum ? 1.0F : 1.0F / static_cast<float>(patches.cols());
    for (Index i = 0; i < patches.rows(); ++i) {
      patches.row(i).setConstant(share * gradient(i / positions, i % positions * channels + c));
    }
    scatter_add(maps_[static_cast<std::size_t>(c)], patches, below);
  }
}

}  // namespace basalt::learn
