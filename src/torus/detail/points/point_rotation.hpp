// Layouts and tables of rotations with neighbouring points in the lanes.
#pragma once

#include "torus/rotation.hpp"

namespace basalt::torus::detail {

/// Fills the layout of a plan for vectors of `lanes` numbers, of at least 2 lanes^4 coefficients.
void lay_out_points(std::size_t lanes, RotationPlan& plan);

/// Tile by tile; within a tile by row, leaf, vector, component: real parts, then imaginary parts.
void pack_key_by_points(const RotationPlan& plan, const double* spectra, double* out);

}  // namespace basalt::torus::detail
