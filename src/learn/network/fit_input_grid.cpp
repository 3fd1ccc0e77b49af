#include "learn/network/fit_input_grid.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::learn {
namespace {

/// Share of the rows at each end whose value may be clipped.
constexpr double clipped_share = 0.005;

struct Interval {
  double low, high;
};

Interval covered(std::vector<double>& values, double clipped) {
  std::ranges::sort(values);
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(std::llround(share * last))];
  };
  Interval inner{at(clipped), at(1.0 - clipped)};
  // A feature that is nearly always the same keeps its rare values.
  return inner.low < inner.high ? inner : Interval{values.front(), values.back()};
}

}  // namespace

InputGrid fit_input_grid(const Matrix<double>& features, Bits bits, bool pixels) {
  require(features.rows() > 0, ErrorCode::invalid_argument, "input grid: no rows");
  InputGrid grid;
  grid.input_high = (std::int64_t{1} << bits.value) - 1;
  const Interval whole{features.minCoeff(), features.maxCoeff()};
  for (Eigen::Index column = 0; column < features.cols(); ++column) {
    std::vector<double> values(static_cast<std::size_t>(features.rows()));
    for (std::size_t row = 0; row < values.size(); ++row) {
      values[row] = features(static_cast<Eigen::Index>(row), column);
    }
    const Interval own = covered(values, clipped_share);
    if (own.low == own.high) continue;
    const Interval range = pixels ? whole : own;
    const double width = (range.high - range.low) * (1.0 + border_nudge);
    grid.feature_of.push_back(static_cast<std::uint32_t>(column));
    grid.origin.push_back(range.low - border_nudge * width);
    grid.quantizers.emplace_back(
        quant::QuantizerSpec{.scale = width / static_cast<double>(grid.input_high),
                             .zero_point = 0,
                             .low = 0,
                             .high = grid.input_high});
  }
  require(!grid.feature_of.empty(), ErrorCode::invalid_argument,
          "neural network: every feature is constant over the ", features.rows(),
          features.rows() == 1 ? " row" : " rows", " to train on, there is nothing to learn from");
  return grid;
}

}  // namespace basalt::learn
