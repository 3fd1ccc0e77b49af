// Scores of the outputs of a network by their names in scikit-learn.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "learn/data/dataset.hpp"

namespace basalt::learn {

/// Names of the scores of a task, as scikit-learn's.
std::vector<std::string> scoring_names(Task task);

/// What the outputs of rows should be.
struct GroundTruth {
  std::span<const std::int32_t> labels;  ///< Classification.
  Matrix<double> targets{};              ///< Regression.
};

/// A score of the outputs of a network (logits, or values in the unit of the targets); larger is
/// better. Shape: [rows x outputs]. Errors: internal if there is no such score.
double score_named(const std::string& name, const GroundTruth& truth,
                   const Matrix<double>& outputs);

}  // namespace basalt::learn
