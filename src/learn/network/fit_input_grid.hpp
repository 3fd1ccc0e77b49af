// Where the grid of integers lies on which a network sees its features.
#pragma once

#include "base/strong.hpp"
#include "learn/model/input_grid.hpp"

namespace basalt::learn {

/// Share of the range that moves the borders between steps off round numbers, so that data on a
/// grid of its own never lies on one, where the last bit of a standardization would decide.
inline constexpr double border_nudge = 1.37e-6;

/// One input of `bits` bits per feature that is not constant, covering all but the rarest values of
/// the feature (or of all features together, if they are `pixels`).
/// Shape: [rows x features], standardized.
InputGrid fit_input_grid(const Matrix<double>& features, Bits bits, bool pixels);

}  // namespace basalt::learn
