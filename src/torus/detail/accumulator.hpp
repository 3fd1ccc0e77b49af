// Accumulators of the vector kernels: their words, and the scale of the keys that belongs to them.
#pragma once

#include "torus/detail/rotation_layout.hpp"
#include "torus/rotation.hpp"

namespace basalt::torus::detail {

/// Sizes that follow from the plan's shape, for vectors of `lanes` numbers. Fills the plan's
/// offsets, to which the sizes point: half a base for each digit and half of the last digit's unit.
///
/// A tie of differences rounded up everywhere would add up over the key to more than the noise, so
/// about every second position, without a pattern, rounds ties down: two kinds of vectors, opposite
/// to each other. Words themselves stand for x + 1/2 and need no choice.
RotationSizes sizes_of(RotationPlan& plan, std::size_t lanes);

/// The factor of a row's spectra: 1 over the size of the transform and the scale at which digits
/// are cut, times 2^32 if sums become words of 32 bits.
double key_scale(const RotationSizes& sizes, std::size_t row);

/// From and to GLWE words [components x N].
void load_accumulator(const RotationPlan& plan, const Torus* words, Torus* accumulator);
void store_accumulator(const RotationPlan& plan, const Torus* accumulator, Torus* words);

}  // namespace basalt::torus::detail
