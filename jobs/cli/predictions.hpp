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

}  // namespace basalt::jobs::cli
