// Made-up datasets of any size: the tables that tests, examples and first sweeps begin with.
#pragma once

#include <string>
#include <vector>

#include "base/random.hpp"
#include "learn/data/dataset.hpp"

namespace basalt::learn {

/// Names that `generate` knows: checkerboard, moons, circles, linear, spirals, classification,
/// regression, noisy_moons, noisy_circles, smooth.
const std::vector<std::string>& generator_names();

/// A dataset of exactly `rows` rows, determined by the kind, the count and the stream.
///
/// checkerboard: labels (rint(3x) + rint(3y)) mod 2 of clean points of the unit square (a full grid
/// when `rows` is a square number, else uniform points), then normal noise of deviation 0.01.
/// moons, circles, spirals, linear: two classes in the plane. classification: 20 features of which
/// 8 tell the 3 classes apart. regression: 10 features, one target, a linear law with noise.
/// noisy_moons and noisy_circles overlap as in scikit-learn's noise = 0.3 and 0.2. smooth: one
/// target, a smooth function of 3 features with noise.
/// Errors: invalid_argument with subject "generate" and the nearest name if the kind is unknown,
/// with subject "rows" unless 4 <= rows <= 100,000,000.
Dataset generate(const std::string& kind, std::size_t rows, RandomStream random);

}  // namespace basalt::learn
