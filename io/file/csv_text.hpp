// Lines of comma-separated values, as written by Basalt.
#pragma once

#include <string>
#include <vector>

namespace basalt::io {

/// One line, quoted where a cell holds a comma, a quote or a line end (RFC 4180), with "\n".
std::string csv_line(const std::vector<std::string>& cells);

/// The shortest text that reads back as the same number; empty for NaN.
std::string shortest(double number);

}  // namespace basalt::io
