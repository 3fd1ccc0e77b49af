// Several classes by one linear score per pair of them: more scores, truer borders, no bootstrap.
#pragma once

#include <functional>
#include <string>

#include "learn/data/dataset.hpp"
#include "learn/model/linear_fit.hpp"

namespace basalt::learn {

/// Real coefficients of classes, from standardized data and the weight of each row.
using ClassSolver =
    std::function<LinearFit(const Dataset&, const Vector<double>& row_weights, RandomStream)>;

/// Fits one score per pair of classes on the rows of these two, in the order (0, 1), (0, 2), …,
/// (1, 2), …; a positive score is for the second. `class_weight` as of row_weights, "balanced"
/// within each pair.
/// Shape: [classes * (classes - 1) / 2 x features].
/// Errors: invalid_argument with the subject multi_class if a class has no row.
LinearFit fit_pairs(const ClassSolver& solve, const Dataset& data, const std::string& class_weight,
                    const RandomStream& random);

}  // namespace basalt::learn
