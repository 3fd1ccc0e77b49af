#include "pipeline/tally.hpp"

#include <cmath>

#include "pipeline/pipeline.hpp"

namespace basalt::pipeline {

void Tally::add(const learn::Dataset& rows, const Matrix<ir::Integer>& integers) {
  if (rows.rows() == 0) return;
  const std::map<std::string, double> part = judge(post_, rows, integers);
  if (post_.classes.empty()) {
    add_values(rows, integers);
  } else {
    right_ += std::round(part.at("accuracy") * static_cast<double>(rows.rows()));
  }
  rows_ += rows.rows();
}

/// Means are moved row by row, so that sums of squares keep their figures.
/// Source: Welford, Note on a method for calculating corrected sums of squares (1962).
void Tally::add_values(const learn::Dataset& rows, const Matrix<ir::Integer>& integers) {
  outputs_.resize(static_cast<std::size_t>(rows.targets.cols()));
  for (Eigen::Index row = 0; row < integers.rows(); ++row) {
    const ir::Prediction found =
        interpret(post_, {integers.row(row).data(), static_cast<std::size_t>(integers.cols())});
    const double count = static_cast<double>(rows_) + static_cast<double>(row) + 1.0;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      Output& output = outputs_[i];
      const double value = rows.targets(row, static_cast<Eigen::Index>(i));
      const double distance = value - output.mean;
      output.mean += distance / count;
      output.spread += distance * (value - output.mean);
      output.residual += (value - found.values[i]) * (value - found.values[i]);
    }
  }
}

std::map<std::string, double> Tally::result() const {
  require(rows_ > 0, ErrorCode::mismatch, "judge: there are no rows");
  const auto rows = static_cast<double>(rows_);
  if (!post_.classes.empty()) return {{"accuracy", right_ / rows}};
  double r2 = 0.0, squares = 0.0;
  for (const Output& output : outputs_) {
    r2 += output.spread > 0.0 ? 1.0 - output.residual / output.spread
                              : (output.residual == 0.0 ? 1.0 : 0.0);
    squares += output.residual;
  }
  const auto count = static_cast<double>(outputs_.size());
  return {{"r2", r2 / count}, {"mse", squares / (rows * count)}};
}

}  // namespace basalt::pipeline
