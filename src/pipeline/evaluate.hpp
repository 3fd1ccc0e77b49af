// How well integers of a circuit fit rows, and how far they are those of the clear circuit.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "compile/compile.hpp"
#include "learn/data/dataset.hpp"
#include "pipeline/record.hpp"

namespace basalt::pipeline {

/// Standard metrics of predictions, as counts where they are counts.
struct Metrics {
  learn::Task task = learn::Task::classification;
  std::size_t rows = 0;
  std::size_t correct = 0;     ///< Rows with their label; of a classification.
  double r2 = 0.0, mse = 0.0;  ///< Of a regression.

  double accuracy() const { return static_cast<double>(correct) / static_cast<double>(rows); }
  /// accuracy; of a regression mse and r2. `prefix` stands before each name.
  Results results(const std::string& prefix = {}) const;
  friend bool operator==(const Metrics&, const Metrics&) = default;
};

/// What the integers of each row mean. Errors: as ir::interpret().
std::vector<ir::Prediction> predictions_of(const ir::Postprocessing& post,
                                           const Matrix<ir::Integer>& integers);

/// Metrics of integers that a circuit gave for rows. Classes are matched by name.
/// Errors: mismatch if the rows' task or number of outputs is not the model's, or there are none.
Metrics evaluate(const ir::Postprocessing& post, const learn::Dataset& rows,
                 const Matrix<ir::Integer>& integers);

/// The integers of rows in clear. Shape: [rows x features] -> [rows x outputs].
Matrix<ir::Integer> clear_integers(const circuit::Circuit& circuit, const Matrix<double>& features);
Matrix<ir::Integer> clear_integers(const compile::Lowered& lowered, const Matrix<double>& features);

/// Metrics in clear: of a circuit, or of a model before it has parameters.
Metrics evaluate_clear(const circuit::Circuit& circuit, const learn::Dataset& rows);
Metrics evaluate_clear(const compile::Lowered& lowered, const learn::Dataset& rows);

/// Rows in which both have the same integers. Errors: mismatch if the shapes differ.
std::size_t equal_rows(const Matrix<ir::Integer>& one, const Matrix<ir::Integer>& other);

/// Integers that noise or encryption passed through, beside those of the clear circuit.
struct Comparison {
  Metrics metrics;        ///< Of the integers.
  std::size_t equal = 0;  ///< Rows with the integers of the clear circuit.
  /// Rows with its label; of a classification. Soft networks are compared by it: their integers may
  /// differ.
  std::optional<std::size_t> equal_labels;

  std::size_t mismatches() const { return metrics.rows - equal; }
  double agreement() const { return share(equal); }
  double label_agreement() const { return share(equal_labels.value()); }

 private:
  double share(std::size_t count) const {
    return static_cast<double>(count) / static_cast<double>(metrics.rows);
  }
};

/// Errors: as evaluate().
Comparison compare(const ir::Postprocessing& post, const learn::Dataset& rows,
                   const Matrix<ir::Integer>& integers, const Matrix<ir::Integer>& clear);

}  // namespace basalt::pipeline
