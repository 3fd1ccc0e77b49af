#include "learn/model/quant_cnn.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;
using Integers = Matrix<std::int64_t>;

std::size_t elements_of(const ImageShape& shape) {
  return shape.height * shape.width * shape.channels;
}

/// The channels of one group of a layer.
QuantLayer group_of(const QuantStage& stage, std::size_t group) {
  if (stage.groups == 1) return stage.layer;
  const std::size_t channels = stage.output.channels / stage.groups, first = group * channels;
  QuantLayer part = stage.layer;
  part.weights =
      stage.layer.weights.middleRows(static_cast<Index>(first), static_cast<Index>(channels));
  const auto slice = [&](auto& values) {
    values = {values.begin() + static_cast<std::ptrdiff_t>(first),
              values.begin() + static_cast<std::ptrdiff_t>(first + channels)};
  };
  slice(part.bias);
  slice(part.table_of);
  return part;
}

Integers through_layer(const QuantStage& stage, const Integers& values) {
  const std::size_t read = stage.input.channels / stage.groups;
  const auto made = static_cast<Index>(stage.output.channels / stage.groups);
  const auto channels = static_cast<Index>(stage.output.channels);
  Integers out(values.rows() * static_cast<Index>(elements_of(stage.output)) / channels, channels);
  for (std::size_t group = 0; group < stage.groups; ++group) {
    const WindowMap map = window_map(stage.input, stage.window, group * read, read);
    out.middleCols(static_cast<Index>(group) * made, made) =
        through(group_of(stage, group), gather(map, values));
  }
  return out.reshaped<Eigen::RowMajor>(values.rows(),
                                       static_cast<Index>(elements_of(stage.output)));
}

Integers pooled(const QuantStage& stage, const Integers& values) {
  const auto channels = static_cast<Index>(stage.input.channels);
  Integers out(values.rows(), static_cast<Index>(elements_of(stage.output)));
  for (Index c = 0; c < channels; ++c) {
    const WindowMap map =
        window_map(stage.input, stage.window, static_cast<std::size_t>(c), std::size_t{1});
    const Integers patches = gather(map, values);
    const auto positions = static_cast<Index>(map.positions);
    for (Index i = 0; i < patches.rows(); ++i) {
      out(i / positions, i % positions * channels + c) = stage.kind == StageKind::average_pooling
                                                             ? patches.row(i).sum()
                                                             : patches.row(i).maxCoeff();
    }
  }
  return out;
}

Integers product(const Integers& values, const Matrix<std::int32_t>& weights) {
  return values * weights.cast<std::int64_t>().transpose();
}

}  // namespace

std::size_t QuantStage::bootstraps() const noexcept {
  if (kind == StageKind::layer) return elements_of(output);
  if (kind != StageKind::maximum_pooling) return 0;
  std::size_t count = 0;
  const WindowMap map = window_map(input, window, 0, 1);
  for (std::size_t position = 0; position < map.positions; ++position) {
    const auto* from = map.source.data() + position * map.patch;
    const auto inside = static_cast<std::size_t>(
        map.patch - static_cast<std::size_t>(std::count(from, from + map.patch, -1)));
    count += input_high == 1 ? 1 : inside - 1;
  }
  return count * input.channels;
}

std::size_t QuantCNN::bootstraps() const noexcept {
  std::size_t count = 0;
  for (const QuantStage& stage : stages) count += stage.bootstraps();
  return count;
}

std::vector<Integers> QuantCNN::forward_all(const Integers& inputs_of_rows) const {
  require(inputs_of_rows.cols() == static_cast<Index>(inputs()), ErrorCode::mismatch,
          "convolutional network: rows of ", inputs_of_rows.cols(), " integers, expected ",
          inputs());
  std::vector<Integers> values{inputs_of_rows};
  for (const QuantStage& stage : stages) {
    switch (stage.kind) {
      case StageKind::layer:
        values.push_back(through_layer(stage, values.back()));
        break;
      case StageKind::average_pooling:
      case StageKind::maximum_pooling:
        values.push_back(pooled(stage, values.back()));
        break;
      case StageKind::addition:
        values.push_back(values.back() + values.at(stage.addend));
        break;
    }
  }
  Integers scores = Integers::Zero(inputs_of_rows.rows(), static_cast<Index>(outputs()));
  if (readout.weights.cols() > 0) scores += product(values.back(), readout.weights);
  if (readout.skip.cols() > 0) scores += product(inputs_of_rows, readout.skip);
  values.erase(values.begin());
  values.push_back(std::move(scores));
  return values;
}

Matrix<double> QuantCNN::scores(const Matrix<double>& standardized) const {
  return integer_scores(quantize(standardized));
}

Matrix<double> QuantCNN::integer_scores(const Integers& inputs_of_rows) const {
  const Integers integers = forward_all(inputs_of_rows).back();
  Matrix<double> real = integers.cast<double>();
  for (Index c = 0; c < real.cols(); ++c) {
    const auto output = static_cast<std::size_t>(c);
    real.col(c) = real.col(c).array() * readout.scale[output] + readout.offset[output];
  }
  return real;
}

}  // namespace basalt::learn
