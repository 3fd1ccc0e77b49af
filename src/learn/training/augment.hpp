// Small changes of training images that leave their class alone; free under encryption.
#pragma once

#include <optional>

#include "base/random.hpp"
#include "learn/data/dataset.hpp"

namespace basalt::learn {

enum class Augmentation {
  none,
  shift,  ///< By one pixel along one axis.
  affine  ///< Small rotations, scalings, shears and shifts, bilinear.
};

/// Share of the rows of an epoch that `shift` changes.
inline constexpr double shifted_share = 0.3;

/// The image that a row of `columns` features is: as given, or a square if that is a square number.
/// Errors: invalid_argument with subject "augment" if it is neither.
ImageShape image_shape(const std::optional<ImageShape>& given, std::size_t columns);

/// Every row through a random map of its own. `background` is the value outside the image.
/// Shape: [rows x features], both.
Matrix<double> augmented(const Matrix<double>& rows, Augmentation kind, const ImageShape& shape,
                         double background, RandomStream random);

}  // namespace basalt::learn
