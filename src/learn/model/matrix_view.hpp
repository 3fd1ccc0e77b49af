// Matrices as plain numbers: their memory as a span, counts as their extents.
#pragma once

#include <cstddef>
#include <span>

#include "base/matrix.hpp"

namespace basalt::learn {

/// All numbers of a matrix, row by row.
inline std::span<float> values_of(Matrix<float>& matrix) {
  return {matrix.data(), static_cast<std::size_t>(matrix.size())};
}

/// A count or position, as matrices take it.
inline Eigen::Index as_index(std::size_t i) {
  return static_cast<Eigen::Index>(i);
}

}  // namespace basalt::learn
