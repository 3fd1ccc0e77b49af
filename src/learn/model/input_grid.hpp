// The grids of integers on which networks see their features.
#pragma once

#include <cstdint>
#include <vector>

#include "base/matrix.hpp"
#include "learn/data/dataset.hpp"
#include "quant/quantizer.hpp"

namespace basalt::learn {

/// A grid of its own for every input: column feature_of[i] of the standardized features, minus
/// origin[i], through quantizers[i], all in [0, input_high].
struct InputGrid {
  std::vector<std::uint32_t> feature_of;
  std::vector<double> origin;
  std::vector<quant::Quantizer> quantizers;
  std::int64_t input_high = 0;

  std::size_t inputs() const noexcept { return feature_of.size(); }
  /// Shape: [rows x features] -> [rows x inputs].
  /// Errors: mismatch if an input reads a feature that the rows lack.
  Matrix<std::int64_t> quantize(const Matrix<double>& standardized) const;
};

/// One grid for all pixels of an image: the pixel minus the origin, through one quantizer.
struct PixelGrid {
  ImageShape image;
  double origin = 0.0;      ///< Standardized pixel that the integer 0 stands for.
  quant::Quantizer pixels;  ///< Into [0, input_high()].

  std::size_t inputs() const noexcept { return image.height * image.width * image.channels; }
  std::int64_t input_high() const noexcept { return pixels.spec().high; }
  /// Shape: [rows x features] -> [rows x inputs]. Errors: mismatch if the rows are no such images.
  Matrix<std::int64_t> quantize(const Matrix<double>& standardized) const;
};

}  // namespace basalt::learn
