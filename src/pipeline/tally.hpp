// Metrics of rows that come part by part.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ir/client.hpp"
#include "learn/data/dataset.hpp"

namespace basalt::pipeline {

/// Collects what judge() computes, in memory that does not grow with the rows.
class Tally {
 public:
  /// `post` must outlive the tally.
  explicit Tally(const ir::Postprocessing& post) : post_(post) {}

  /// Errors: as judge().
  void add(const learn::Dataset& rows, const Matrix<ir::Integer>& integers);

  /// accuracy, or r2 and mse, of all rows so far. Errors: mismatch if there are none.
  std::map<std::string, double> result() const;

 private:
  /// Sums of one output of a regression.
  struct Output {
    double mean = 0.0;      ///< Of the true values.
    double spread = 0.0;    ///< Sum of squared distances of the true values from their mean.
    double residual = 0.0;  ///< Sum of squared errors.
  };
  void add_values(const learn::Dataset& rows, const Matrix<ir::Integer>& integers);

  const ir::Postprocessing& post_;
  std::size_t rows_ = 0;
  double right_ = 0.0;
  std::vector<Output> outputs_;
};

}  // namespace basalt::pipeline
