// Metrics of rows that come part by part.
#pragma once

#include <vector>

#include "pipeline/evaluate.hpp"

namespace basalt::pipeline {

/// Collects what evaluate() computes, in memory that does not grow with the rows.
class StreamingMetrics {
 public:
  /// `post` must outlive this.
  explicit StreamingMetrics(const ir::Postprocessing& post) : post_(post) {}

  /// Errors: as evaluate(), but that a part may have no rows.
  void add(const learn::Dataset& rows, const Matrix<ir::Integer>& integers);

  /// Of all rows so far. Errors: mismatch if there are none.
  Metrics metrics() const;

 private:
  /// Sums of one output of a regression.
  struct Output {
    double mean = 0.0;      ///< Of the true values.
    double spread = 0.0;    ///< Sum of squared distances of the true values from their mean.
    double residual = 0.0;  ///< Sum of squared errors.
  };
  void add_values(const learn::Dataset& rows, const Matrix<ir::Integer>& integers);

  const ir::Postprocessing& post_;
  std::size_t rows_ = 0, correct_ = 0;
  std::vector<Output> outputs_;
};

}  // namespace basalt::pipeline
