#include "learn/data/feature_quantizer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/error.hpp"

namespace basalt::learn {

quant::Quantizer feature_quantizer(double low, double high, Bits bits) {
  constexpr double resolved = 1e-9;
  const std::int64_t steps = (std::int64_t{1} << bits.value) - 1;
  const double width = high - low;
  const bool varies = width > resolved * std::max(std::abs(low), std::abs(high));
  const double constant = low != 0 ? std::abs(low) : 1.0;
  const double scale = varies ? width / static_cast<double>(steps) : constant;
  return quant::Quantizer({.scale = scale,
                           .zero_point = static_cast<std::int64_t>(std::nearbyint(-low / scale)),
                           .low = 0,
                           .high = steps});
}

std::vector<quant::Quantizer> feature_quantizers(const Matrix<double>& features, Bits bits) {
  require(1 <= bits.value && bits.value <= 16, ErrorCode::invalid_argument, "trees: ", bits.value,
          " bits of features, expected 1 to 16");
  std::vector<quant::Quantizer> quantizers;
  for (Eigen::Index j = 0; j < features.cols(); ++j) {
    quantizers.push_back(
        feature_quantizer(features.col(j).minCoeff(), features.col(j).maxCoeff(), bits));
  }
  return quantizers;
}

Matrix<std::int64_t> quantize_features(const std::vector<quant::Quantizer>& quantizers,
                                       const Matrix<double>& features) {
  require(static_cast<std::size_t>(features.cols()) == quantizers.size(), ErrorCode::mismatch,
          "trees: ", features.cols(), " features, the model has ", quantizers.size());
  Matrix<std::int64_t> integers(features.rows(), features.cols());
  for (Eigen::Index row = 0; row < features.rows(); ++row) {
    for (Eigen::Index j = 0; j < features.cols(); ++j) {
      integers(row, j) = quantizers[static_cast<std::size_t>(j)].quantize(features(row, j));
    }
  }
  return integers;
}

}  // namespace basalt::learn
