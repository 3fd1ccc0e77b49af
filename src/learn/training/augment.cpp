#include "learn/training/augment.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::learn {
namespace {

/// Limits of the random maps. Chosen on held-out training rows of MNIST.
constexpr double rotation = 0.2, scaling = 0.12, shear = 0.2, translation = 1.5;
constexpr double reference_side = 28.0;

/// Where a pixel of the changed image comes from: source = matrix x position + shift, from the
/// centre of the image.
struct Map {
  double xx = 1, xy = 0, yx = 0, yy = 1, shift_x = 0, shift_y = 0;
};

Map draw_affine(const ImageShape& shape, RandomStream& random) {
  const auto draw = [&](double limit) { return random.uniform(-limit, limit); };
  const double angle = draw(rotation), slant = draw(shear);
  const double wide = 1.0 + draw(scaling), high = 1.0 + draw(scaling);
  const double reach = translation * static_cast<double>(shape.width) / reference_side;
  return {.xx = std::cos(angle) * wide,
          .xy = (slant - std::sin(angle)) * wide,
          .yx = std::sin(angle) * high,
          .yy = std::cos(angle) * high,
          .shift_x = draw(reach),
          .shift_y = draw(reach)};
}

Map draw_shift(RandomStream& random) {
  const double step = random.below(2) == 0 ? 1.0 : -1.0;
  return random.below(2) == 0 ? Map{.shift_x = step} : Map{.shift_y = step};
}

/// One row through a map, bilinear.
void warp(const ImageShape& shape, const Map& map, const double* from, double background,
          double* to) {
  const auto height = static_cast<std::ptrdiff_t>(shape.height);
  const auto width = static_cast<std::ptrdiff_t>(shape.width);
  const double center_x = static_cast<double>(width - 1) / 2.0;
  const double center_y = static_cast<double>(height - 1) / 2.0;
  for (std::ptrdiff_t y = 0; y < height; ++y) {
    for (std::ptrdiff_t x = 0; x < width; ++x) {
      const double dx = static_cast<double>(x) - center_x, dy = static_cast<double>(y) - center_y;
      const double source_x = map.xx * dx + map.xy * dy + center_x + map.shift_x;
      const double source_y = map.yx * dx + map.yy * dy + center_y + map.shift_y;
      const auto left = static_cast<std::ptrdiff_t>(std::floor(source_x));
      const auto top = static_cast<std::ptrdiff_t>(std::floor(source_y));
      const double fx = source_x - std::floor(source_x), fy = source_y - std::floor(source_y);
      for (std::size_t channel = 0; channel < shape.channels; ++channel) {
        const auto at = [&](std::ptrdiff_t row, std::ptrdiff_t column) {
          const bool inside = row >= 0 && column >= 0 && row < height && column < width;
          const auto pixel = static_cast<std::size_t>(row * width + column);
          return inside ? from[pixel * shape.channels + channel] : background;
        };
        const double value = (1 - fx) * (1 - fy) * at(top, left) +
                             fx * (1 - fy) * at(top, left + 1) + (1 - fx) * fy * at(top + 1, left) +
                             fx * fy * at(top + 1, left + 1);
        to[static_cast<std::size_t>(y * width + x) * shape.channels + channel] = value;
      }
    }
  }
}

}  // namespace

ImageShape image_shape(const std::optional<ImageShape>& given, std::size_t columns) {
  if (given) return *given;
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(columns))));
  if (side * side == columns && side > 1) return {side, side, 1};
  throw Error(ErrorCode::invalid_argument,
              concat("\"augment\" is for images, but ", columns,
                     " features are no square; set \"augment\" to \"none\""),
              "augment");
}

Matrix<double> augmented(const Matrix<double>& rows, Augmentation kind, const ImageShape& shape,
                         double background, RandomStream random) {
  require(static_cast<std::size_t>(rows.cols()) == shape.height * shape.width * shape.channels,
          ErrorCode::mismatch, "augment: rows of ", rows.cols(), " features, an image of ",
          shape.height, " x ", shape.width, " x ", shape.channels);
  Matrix<double> changed(rows.rows(), rows.cols());
  for (Eigen::Index row = 0; row < rows.rows(); ++row) {
    Map map;
    if (kind == Augmentation::shift) map = draw_shift(random);
    if (kind == Augmentation::affine) map = draw_affine(shape, random);
    warp(shape, map, &rows(row, 0), background, &changed(row, 0));
  }
  return changed;
}

}  // namespace basalt::learn
