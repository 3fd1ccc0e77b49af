#include "learn/model/input_grid.hpp"

#include "base/error.hpp"

namespace basalt::learn {

Matrix<std::int64_t> InputGrid::quantize(const Matrix<double>& standardized) const {
  Matrix<std::int64_t> integers(standardized.rows(), static_cast<Eigen::Index>(inputs()));
  for (std::size_t i = 0; i < inputs(); ++i) {
    const auto feature = static_cast<Eigen::Index>(feature_of[i]);
    require(feature < standardized.cols(), ErrorCode::mismatch, "neural network: rows of ",
            standardized.cols(), " features, input ", i, " reads feature ", feature);
    for (Eigen::Index row = 0; row < standardized.rows(); ++row) {
      integers(row, static_cast<Eigen::Index>(i)) =
          quantizers[i].quantize(standardized(row, feature) - origin[i]);
    }
  }
  return integers;
}

Matrix<std::int64_t> PixelGrid::quantize(const Matrix<double>& standardized) const {
  require(standardized.cols() == static_cast<Eigen::Index>(inputs()), ErrorCode::mismatch,
          "convolutional network: rows of ", standardized.cols(), " features, expected ", inputs());
  return standardized.unaryExpr([this](double x) { return pixels.quantize(x - origin); });
}

}  // namespace basalt::learn
