// Tables of comma- or semicolon-separated values.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "learn/data/dataset.hpp"

namespace basalt::io {

/// Reads a CSV file, gzip or not, with commas, semicolons or tabs, with or without a header line.
///
/// `label` is the name of the label's column, or its position (from the end when negative);
/// several with commas between, such as "height,weight", are the targets of a regression. The first
/// line is a header if none of its cells is a number. Without `task`, labels that are texts or few
/// whole numbers are classes; other numbers are targets of a regression. Classes are sorted, by
/// value if all are numbers. Errors: not_found; invalid_argument with subject "label" if there is
/// no such column; invalid_argument that names file, line and column of a cell that is no finite
/// number, or of a line with another number of cells.
learn::Dataset import_csv(const std::filesystem::path& path, const std::string& label,
                          std::optional<learn::Task> task = std::nullopt);

}  // namespace basalt::io
