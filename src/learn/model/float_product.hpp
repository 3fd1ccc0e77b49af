// Products of float matrices whose bits depend on their operands only, on every processor.
#pragma once

#include "base/matrix.hpp"

namespace basalt::learn {

using FloatMatrix = Matrix<float>;

/// a x b, each element summed in the order of the inner index, without fused multiply-add.
/// Shape: [m x k] x [k x n] -> [m x n]. Errors: mismatch if the inner extents differ.
void multiply(const FloatMatrix& a, const FloatMatrix& b, FloatMatrix& out);
/// a x b^T. Shape: [m x k] x [n x k] -> [m x n].
void multiply_transposed(const FloatMatrix& a, const FloatMatrix& b, FloatMatrix& out);
/// a^T x b. Shape: [k x m] x [k x n] -> [m x n].
void transposed_multiply(const FloatMatrix& a, const FloatMatrix& b, FloatMatrix& out);

}  // namespace basalt::learn
