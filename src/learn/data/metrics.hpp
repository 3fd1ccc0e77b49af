// How well predictions fit: accuracy, F1, confusion, R2, squared error.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/matrix.hpp"
#include "learn/data/dataset.hpp"

namespace basalt::learn {

/// Share of equal labels. Errors: mismatch unless the sizes are equal and above 0.
double accuracy(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted);

/// Rows of true class i that were called j. Shape: [classes x classes].
Matrix<std::int64_t> confusion(std::span<const std::int32_t> truth,
                               std::span<const std::int32_t> predicted, std::size_t classes);

/// Mean over the classes of the harmonic mean of precision and recall; a class that neither occurs
/// nor is predicted does not count.
double f1_macro(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                std::size_t classes);

/// Mean over all elements. Errors: mismatch unless the shapes are equal and not empty.
double mean_squared_error(const Matrix<double>& truth, const Matrix<double>& predicted);

/// 1 - residual / total sum of squares, mean over the outputs; a constant output counts 1 where it
/// is met exactly and 0 else.
double r2_score(const Matrix<double>& truth, const Matrix<double>& predicted);

/// Index of the largest score of each row. Shape: [rows x classes].
std::vector<std::int32_t> predicted_classes(const Matrix<double>& scores);

/// Share of wrong labels, or mean squared error. Shape: scores [rows x outputs].
double training_error(const Dataset& data, const Matrix<double>& scores);

}  // namespace basalt::learn
