#include "learn/model/image_window.hpp"

#include "base/error.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

template <class Scalar>
void gather_into(const WindowMap& map, const Matrix<Scalar>& values, Matrix<Scalar>& patches) {
  require(values.cols() == static_cast<Index>(map.size), ErrorCode::mismatch, "windows over ",
          map.size, " elements: rows of ", values.cols());
  const auto positions = static_cast<Index>(map.positions);
  patches.resize(values.rows() * positions, static_cast<Index>(map.patch));
  for (Index row = 0; row < values.rows(); ++row) {
    const Scalar* from = values.row(row).data();
    Scalar* to = patches.data() + row * positions * patches.cols();
    for (std::size_t i = 0; i < map.source.size(); ++i) {
      to[i] = map.source[i] < 0 ? Scalar{0} : from[map.source[i]];
    }
  }
}

}  // namespace

ImageShape slid_over(const ImageShape& input, const Window& window) {
  const std::array<std::size_t, 2> extents{input.height, input.width};
  std::array<std::size_t, 2> positions{};
  for (const std::size_t axis : {std::size_t{0}, std::size_t{1}}) {
    const std::size_t kernel = window.kernel[axis],
                      padded = extents[axis] + 2 * window.padding[axis];
    require(kernel > 0 && window.stride[axis] > 0 && window.padding[axis] < kernel,
            ErrorCode::invalid_argument, "a window of ", kernel, " with stride ",
            window.stride[axis], " and padding ", window.padding[axis],
            ", expected at least 1, at least 1 and less than the window");
    require(kernel <= padded, ErrorCode::invalid_argument, "a window of ", kernel,
            " does not fit into ", padded, " values");
    positions[axis] = (padded - kernel) / window.stride[axis] + 1;
  }
  return {.height = positions[0], .width = positions[1], .channels = input.channels};
}

WindowMap window_map(const ImageShape& input, const Window& window, std::size_t first,
                     std::size_t channels) {
  const ImageShape output = slid_over(input, window);
  WindowMap map{.size = input.height * input.width * input.channels,
                .positions = output.height * output.width,
                .patch = window.kernel[0] * window.kernel[1] * channels,
                .source = {}};
  map.source.reserve(map.positions * map.patch);
  const auto inside = [](std::size_t at, std::size_t padding, std::size_t extent) {
    return at >= padding && at - padding < extent;
  };
  for (std::size_t position = 0; position < map.positions; ++position) {
    const std::size_t top = position / output.width * window.stride[0];
    const std::size_t left = position % output.width * window.stride[1];
    for (std::size_t i = 0; i < map.patch; ++i) {
      const std::size_t y = top + i / channels / window.kernel[1];
      const std::size_t x = left + i / channels % window.kernel[1];
      if (!inside(y, window.padding[0], input.height) ||
          !inside(x, window.padding[1], input.width)) {
        map.source.push_back(-1);
        continue;
      }
      const std::size_t pixel = (y - window.padding[0]) * input.width + x - window.padding[1];
      map.source.push_back(
          static_cast<std::int32_t>(pixel * input.channels + first + i % channels));
    }
  }
  return map;
}

void gather(const WindowMap& map, const FloatMatrix& values, FloatMatrix& patches) {
  gather_into(map, values, patches);
}

Matrix<std::int64_t> gather(const WindowMap& map, const Matrix<std::int64_t>& values) {
  Matrix<std::int64_t> patches;
  gather_into(map, values, patches);
  return patches;
}

void scatter_add(const WindowMap& map, const FloatMatrix& patches, FloatMatrix& values) {
  const auto block = static_cast<Index>(map.positions * map.patch);
  require(patches.size() == values.rows() * block, ErrorCode::mismatch, "windows: ", patches.size(),
          " elements for ", values.rows(), " rows");
  for (Index row = 0; row < values.rows(); ++row) {
    const float* from = patches.data() + row * block;
    float* to = values.row(row).data();
    for (std::size_t i = 0; i < map.source.size(); ++i) {
      if (map.source[i] >= 0) to[map.source[i]] += from[i];
    }
  }
}

}  // namespace basalt::learn
