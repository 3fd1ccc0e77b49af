#include "jobs/cli/rows.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "io/store/dataset_store.hpp"

namespace basalt::jobs::cli {
namespace {

std::size_t position_from(const std::string& text, const std::string& whole) {
  const std::optional<std::size_t> value = parse_number<std::size_t>(text);
  require(value.has_value(), ErrorCode::invalid_argument, "--rows: \"", whole,
          "\" is not a range, expected A:B such as 0:64");
  return *value;
}

}  // namespace

std::pair<std::size_t, std::size_t> row_range(const std::string& text, std::size_t rows) {
  if (text.empty()) return {0, rows};
  const std::size_t colon = text.find(':');
  require(colon != std::string::npos, ErrorCode::invalid_argument, "--rows: \"", text,
          "\" is not a range, expected A:B such as 0:64");
  const std::string low = text.substr(0, colon), high = text.substr(colon + 1);
  const std::size_t first = low.empty() ? 0 : position_from(low, text);
  const std::size_t last = high.empty() ? rows : position_from(high, text);
  require(first < last && last <= rows, ErrorCode::invalid_argument, "--rows: ", text,
          " is not inside the ", rows, " rows of the data");
  return {first, last};
}

std::size_t rows_at_once(std::size_t columns) {
  constexpr std::size_t most_numbers = std::size_t{1} << 20, most_rows = 4096;
  return std::clamp<std::size_t>(most_numbers / std::max<std::size_t>(1, columns), 1, most_rows);
}

RowRange load_rows(const std::string& file, const std::string& range) {
  learn::Dataset data = io::load_dataset(file);
  const auto [first, last] = row_range(range, data.rows());
  if (first == 0 && last == data.rows()) return {std::move(data), 0};
  std::vector<std::size_t> rows(last - first);
  std::iota(rows.begin(), rows.end(), first);
  return {learn::take_rows(data, rows), first};
}

}  // namespace basalt::jobs::cli
