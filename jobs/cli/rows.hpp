// Rows of a dataset file that a command is asked for.
#pragma once

#include <string>
#include <utility>

#include "learn/data/dataset.hpp"

namespace basalt::jobs::cli {

/// "A:B" as the rows A to B-1; ":B" and "A:" are open ends. Empty: all of `rows`.
/// Errors: invalid_argument unless 0 <= A < B <= rows.
std::pair<std::size_t, std::size_t> row_range(const std::string& text, std::size_t rows);

/// Chosen rows of a dataset, and the number of the first.
struct RowRange {
  learn::Dataset rows{};
  std::size_t first = 0;
};

/// Rows of a table of `columns` numbers that are in memory at once when it is read part by part.
std::size_t rows_at_once(std::size_t columns);

/// Errors: as load_dataset and row_range.
RowRange load_rows(const std::string& file, const std::string& range);

}  // namespace basalt::jobs::cli
