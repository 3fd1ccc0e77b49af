// Windows that slide over images: where each element of a convolution or pooling comes from.
#pragma once

#include <array>
#include <vector>

#include "learn/data/dataset.hpp"
#include "learn/model/float_product.hpp"

namespace basalt::learn {

/// Height and width of a sliding window. Values outside the image are 0.
struct Window {
  std::array<std::size_t, 2> kernel{1, 1}, stride{1, 1}, padding{0, 0};
};

/// Positions that a window takes, channels unchanged.
/// Errors: invalid_argument if the window is larger than the padded image, empty or does not move.
ImageShape slid_over(const ImageShape& input, const Window& window);

/// Elements under the windows. Images are row-major, channel last.
struct WindowMap {
  std::size_t size = 0;              ///< Elements of the image.
  std::size_t positions = 0;         ///< Of the window.
  std::size_t patch = 0;             ///< Elements under a window: kernel x channels.
  std::vector<std::int32_t> source;  ///< Shape: [positions x patch]; -1: outside the image.
};

/// Looks at channels [first, first + channels) only.
WindowMap window_map(const ImageShape& input, const Window& window, std::size_t first,
                     std::size_t channels);

/// Shape: [rows x size] -> [rows * positions x patch].
void gather(const WindowMap& map, const FloatMatrix& values, FloatMatrix& patches);
Matrix<std::int64_t> gather(const WindowMap& map, const Matrix<std::int64_t>& values);
/// Adds every element of the patches to where it came from. Shape: [rows * positions x patch] ->
/// [rows x size].
void scatter_add(const WindowMap& map, const FloatMatrix& patches, FloatMatrix& values);

}  // namespace basalt::learn
