// Dense row-major matrices: one row per data point, neuron or ciphertext.
#pragma once

#include <Eigen/Core>

namespace basalt {

template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class Scalar>
using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

/// A view of rows of a Matrix (or of any row-major storage) that the caller owns.
template <class Scalar>
using MatrixView = Eigen::Map<const Matrix<Scalar>>;

}  // namespace basalt
