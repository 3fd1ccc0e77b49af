// Predictions for people: decrypted integers as labels and probabilities, in a CSV file.
#pragma once

#include <string>

#include "ir/client.hpp"

namespace basalt::jobs::cli {

/// The first line of the file. Classification: row, label and the probability of each class;
/// regression: row and value.
std::string predictions_header(const ir::Postprocessing& post);

/// One line per row; `first_row` is the number of the first.
std::string predictions_lines(const ir::Postprocessing& post, const Matrix<ir::Integer>& integers,
                              std::size_t first_row);

/// The whole text of a file.
std::string predictions_csv(const ir::Postprocessing& post, const Matrix<ir::Integer>& integers,
                            std::size_t first_row);

/// Rows in which both hold the same integers. Errors: mismatch if the shapes differ.
std::size_t equal_rows(const Matrix<ir::Integer>& a, const Matrix<ir::Integer>& b);

}  // namespace basalt::jobs::cli
