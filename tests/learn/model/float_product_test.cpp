#include "learn/model/float_product.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::float_product_test {
namespace {

/// Small integers, whose products are exact in single precision.
FloatMatrix integers(Eigen::Index rows, Eigen::Index columns) {
  return (FloatMatrix::Random(rows, columns) * 8.0F).array().round();
}

TEST(FloatProduct, IsExactOnIntegersForAllShapes) {
  for (const Eigen::Index m : {1, 3, 4, 9, 32}) {
    for (const Eigen::Index k : {1, 7, 64}) {
      for (const Eigen::Index n : {1, 10, 16, 17, 50, 80}) {
        const FloatMatrix a = integers(m, k), b = integers(k, n);
        const Matrix<double> expected = a.cast<double>() * b.cast<double>();
        FloatMatrix out, from_left, from_right;

        multiply(a, b, out);
        multiply_transposed(a, b.transpose(), from_right);
        transposed_multiply(a.transpose(), b, from_left);

        EXPECT_EQ(out.cast<double>(), expected) << m << " " << k << " " << n;
        EXPECT_EQ(from_right, out);
        EXPECT_EQ(from_left, out);
      }
    }
  }
}

TEST(FloatProduct, SumsInTheOrderOfTheInnerIndex) {
  const FloatMatrix a = FloatMatrix::Random(5, 33), b = FloatMatrix::Random(33, 20);
  FloatMatrix out;

  multiply(a, b, out);

  for (Eigen::Index i = 0; i < out.rows(); ++i) {
    for (Eigen::Index j = 0; j < out.cols(); ++j) {
      float sum = 0.0F;
      for (Eigen::Index k = 0; k < a.cols(); ++k) sum += b(k, j) * a(i, k);
      EXPECT_EQ(out(i, j), sum);
    }
  }
}

TEST(FloatProduct, RefusesOtherInnerExtents) {
  FloatMatrix out;
  expect_error(ErrorCode::mismatch, "columns times",
               [&] { multiply(FloatMatrix::Zero(2, 3), FloatMatrix::Zero(4, 2), out); });
}

}  // namespace
}  // namespace basalt::learn::float_product_test
