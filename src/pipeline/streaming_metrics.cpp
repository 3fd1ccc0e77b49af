#include "pipeline/streaming_metrics.hpp"

#include "base/error.hpp"

namespace basalt::pipeline {

void StreamingMetrics::add(const learn::Dataset& rows, const Matrix<ir::Integer>& integers) {
  if (rows.rows() == 0) return;
  correct_ += evaluate(post_, rows, integers).correct;
  if (post_.classes.empty()) add_values(rows, integers);
  rows_ += rows.rows();
}

/// Means are moved row by row, so that sums of squares keep their figures.
/// Source: Welford, Note on a method for calculating corrected sums of squares (1962).
void StreamingMetrics::add_values(const learn::Dataset& rows, const Matrix<ir::Integer>& integers) {
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

Metrics StreamingMetrics::metrics() const {
  require(rows_ > 0, ErrorCode::mismatch, "evaluate: there are no rows");
  if (!post_.classes.empty()) {
    return {.task = learn::Task::classification, .rows = rows_, .correct = correct_};
  }
  double r2 = 0.0, squares = 0.0;
  for (const Output& output : outputs_) {
    r2 += output.spread > 0.0 ? 1.0 - output.residual / output.spread
                              : (output.residual == 0.0 ? 1.0 : 0.0);
    squares += output.residual;
  }
  const auto count = static_cast<double>(outputs_.size());
  return {.task = learn::Task::regression,
          .rows = rows_,
          .r2 = r2 / count,
          .mse = squares / (static_cast<double>(rows_) * count)};
}

}  // namespace basalt::pipeline
