#include "io/import/csv.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "io/import/gzip.hpp"

namespace basalt::io {
namespace {

/// The cells of one line of the file, with its number there.
struct Line {
  std::size_t number = 0;
  std::vector<std::string> cells;
};

struct Table {
  std::string file;
  std::vector<std::string> names;  ///< From the header, or "column 0", "column 1", ….
  bool has_header = false;
  std::vector<Line> lines;
};

/// The number that the whole cell spells, "nan" and "inf" included.
std::optional<double> number_in(std::string_view cell) {
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  return parse_number<double>(cell);
}

/// The separator that occurs most often in the first line, outside quotes.
char separator_of(std::string_view content) {
  std::map<char, std::size_t> counts{{',', 0}, {';', 0}, {'\t', 0}};
  bool quoted = false;
  for (const char c : content.substr(0, content.find('\n'))) {
    if (c == '"') quoted = !quoted;
    if (!quoted && counts.contains(c)) ++counts[c];
  }
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })
      ->first;
}

/// Splits into lines of cells; quotes may hold separators, line ends and doubled quotes.
class Scanner {
 public:
  Scanner(std::string_view content, std::string file)
      : content_(content), file_(std::move(file)), separator_(separator_of(content)) {}

  std::vector<Line> scan() {
    line_.number = 1;
    for (std::size_t i = 0; i < content_.size(); ++i) i = take(i);
    require(!quoted_, ErrorCode::invalid_argument, file_, ":", line_.number,
            ": a quoted cell does not end");
    if (!cell_.empty() || !line_.cells.empty()) end_line();
    return std::move(lines_);
  }

 private:
  /// Handles the character at `i`; returns the position of the last character it used.
  std::size_t take(std::size_t i) {
    const char c = content_[i];
    if (quoted_) {
      if (c == '\n') ++row_;
      if (c != '"') {
        cell_ += c;
      } else if (i + 1 < content_.size() && content_[i + 1] == '"') {
        cell_ += c;
        return i + 1;
      } else {
        quoted_ = false;
      }
    } else if (c == '"' && trimmed(cell_).empty()) {
      cell_.clear();
      quoted_ = true;
    } else if (c == separator_) {
      end_cell();
    } else if (c == '\n') {
      ++row_;
      end_line();
    } else {
      cell_ += c;
    }
    return i;
  }

  void end_cell() {
    line_.cells.emplace_back(trimmed(cell_));
    cell_.clear();
  }

  void end_line() {
    const bool blank = line_.cells.empty() && trimmed(cell_).empty();
    end_cell();
    if (!blank) lines_.push_back(std::move(line_));
    line_ = Line{row_, {}};
  }

  std::string_view content_;
  std::string file_;
  char separator_;
  std::vector<Line> lines_;
  Line line_;
  std::string cell_;
  bool quoted_ = false;
  std::size_t row_ = 1;
};

Table read_table(const std::filesystem::path& path) {
  Table table;
  table.file = path.string();
  const std::string content = read_maybe_compressed(path);
  std::string_view text = content;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  require(text.find('\0') == std::string_view::npos, ErrorCode::invalid_argument, table.file,
          ": holds zero bytes, expected text");
  table.lines = Scanner(text, table.file).scan();
  require(!table.lines.empty(), ErrorCode::invalid_argument, table.file,
          ": is empty, expected a table");

  const std::vector<std::string>& first = table.lines.front().cells;
  table.has_header = std::ranges::none_of(
      first, [](const std::string& cell) { return number_in(cell).has_value(); });
  for (std::size_t i = 0; i < first.size(); ++i) {
    table.names.push_back(table.has_header ? first[i] : concat("column ", i));
  }
  if (table.has_header) table.lines.erase(table.lines.begin());
  require(!table.lines.empty(), ErrorCode::invalid_argument, table.file,
          ": has a header and no rows");
  for (const Line& line : table.lines) {
    require(line.cells.size() == table.names.size(), ErrorCode::invalid_argument, table.file, ":",
            line.number, ": has ", line.cells.size(), " cells, expected ", table.names.size());
  }
  return table;
}

std::size_t label_column(const Table& table, const std::string& label) {
  const auto named = std::ranges::find(table.names, label);
  if (table.has_header && named != table.names.end()) {
    return static_cast<std::size_t>(named - table.names.begin());
  }
  const long count = static_cast<long>(table.names.size());
  if (const std::optional<long> position = parse_number<long>(label)) {
    if (*position >= -count && *position < count) {
      return static_cast<std::size_t>(*position < 0 ? *position + count : *position);
    }
    throw Error(ErrorCode::invalid_argument,
                concat(table.file, ": no column ", label, ", the table has ", count), "label");
  }
  if (label.empty()) {
    throw Error(ErrorCode::invalid_argument, concat(table.file, ": a label's name is empty"),
                "label");
  }
  const std::string near = nearest_name(label, table.names);
  throw Error(
      ErrorCode::invalid_argument,
      concat(table.file, ": no column \"", label, "\"",
             table.has_header ? "" : "; the table has no header, give a position",
             near.empty() || !table.has_header ? "" : concat("; did you mean \"", near, "\"?")),
      "label");
}

/// The columns that a comma-separated list names. A header cell may hold commas itself.
std::vector<std::size_t> label_columns(const Table& table, const std::string& labels) {
  const bool is_name = table.has_header && std::ranges::count(table.names, labels) > 0;
  if (is_name || labels.find(',') == std::string::npos) return {label_column(table, labels)};
  std::vector<std::size_t> columns;
  std::string_view rest = labels;
  for (bool more = true; more;) {
    const std::size_t comma = rest.find(',');
    more = comma != std::string_view::npos;
    columns.push_back(label_column(table, std::string(trimmed(rest.substr(0, comma)))));
    if (more) rest.remove_prefix(comma + 1);
    if (std::ranges::count(columns, columns.back()) > 1) {
      throw Error(ErrorCode::invalid_argument,
                  concat(table.file, ": \"", labels, "\" names column \"",
                         table.names[columns.back()], "\" twice"),
                  "label");
    }
  }
  return columns;
}

double finite_number(const Table& table, const Line& line, std::size_t column) {
  const std::optional<double> value = number_in(line.cells[column]);
  require(value && std::isfinite(*value), ErrorCode::invalid_argument, table.file, ":", line.number,
          ": column \"", table.names[column], "\" is \"", line.cells[column],
          "\", expected a finite number");
  return *value;
}

/// Whole numbers have one spelling, so that "1" and "1.0" are one class.
std::string class_name(const std::string& cell) {
  const std::optional<double> value = number_in(cell);
  if (!value || *value != std::floor(*value) || std::abs(*value) > 1e15) return cell;
  return std::to_string(static_cast<long long>(*value));
}

learn::Task guessed_task(const Table& table, const std::vector<std::size_t>& columns) {
  constexpr std::size_t most_classes = 100;
  if (columns.size() > 1) return learn::Task::regression;
  const std::size_t column = columns.front();
  std::set<std::string> distinct;
  for (const Line& line : table.lines) {
    const std::optional<double> value = number_in(line.cells[column]);
    if (!value) return learn::Task::classification;
    if (*value != std::floor(*value)) return learn::Task::regression;
    distinct.insert(line.cells[column]);
  }
  return distinct.size() > most_classes ? learn::Task::regression : learn::Task::classification;
}

/// Distinct names, by value if all are numbers.
std::vector<std::string> sorted_classes(const std::vector<std::string>& names) {
  const std::set<std::string> distinct(names.begin(), names.end());
  std::vector<std::string> classes(distinct.begin(), distinct.end());
  const bool numeric = std::ranges::all_of(
      classes, [](const std::string& name) { return number_in(name).has_value(); });
  if (numeric) std::ranges::sort(classes, {}, [](const auto& name) { return *number_in(name); });
  return classes;
}

void set_labels(const Table& table, std::size_t column, learn::Dataset& data) {
  std::vector<std::string> names;
  for (const Line& line : table.lines) {
    require(!line.cells[column].empty(), ErrorCode::invalid_argument, table.file, ":", line.number,
            ": the label in column \"", table.names[column], "\" is missing");
    names.push_back(class_name(line.cells[column]));
  }
  data.classes = sorted_classes(names);
  std::map<std::string, std::int32_t> index;
  for (const std::string& name : data.classes) {
    const auto next = static_cast<std::int32_t>(index.size());
    index.emplace(name, next);
  }
  for (const std::string& name : names) data.labels.push_back(index.at(name));
}

void set_targets(const Table& table, const std::vector<std::size_t>& columns,
                 learn::Dataset& data) {
  data.targets.resize(data.features.rows(), static_cast<Eigen::Index>(columns.size()));
  for (Eigen::Index row = 0; row < data.targets.rows(); ++row) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      data.targets(row, static_cast<Eigen::Index>(i)) =
          finite_number(table, table.lines[static_cast<std::size_t>(row)], columns[i]);
    }
  }
}

}  // namespace

learn::Dataset import_csv(const std::filesystem::path& path, const std::string& label,
                          std::optional<learn::Task> task) {
  const Table table = read_table(path);
  const std::vector<std::size_t> labels = label_columns(table, label);
  require(table.names.size() > labels.size(), ErrorCode::invalid_argument, table.file, ": has ",
          table.names.size() == 1 ? concat("one column") : concat(table.names.size(), " columns"),
          ", expected features beside the label");
  std::vector<std::size_t> features;
  for (std::size_t i = 0; i < table.names.size(); ++i) {
    if (std::ranges::count(labels, i) == 0) features.push_back(i);
  }

  learn::Dataset data;
  data.task = task.value_or(guessed_task(table, labels));
  if (data.task == learn::Task::classification && labels.size() > 1) {
    throw Error(
        ErrorCode::invalid_argument,
        concat(table.file, ": \"", label, "\" names ", labels.size(),
               " columns; a classification has one label, a regression one or more targets"),
        "label");
  }
  data.features.resize(static_cast<Eigen::Index>(table.lines.size()),
                       static_cast<Eigen::Index>(features.size()));
  for (Eigen::Index row = 0; row < data.features.rows(); ++row) {
    for (Eigen::Index i = 0; i < data.features.cols(); ++i) {
      data.features(row, i) = finite_number(table, table.lines[static_cast<std::size_t>(row)],
                                            features[static_cast<std::size_t>(i)]);
    }
  }
  for (const std::size_t feature : features) {
    if (table.has_header) data.feature_names.push_back(table.names[feature]);
  }
  if (data.task == learn::Task::classification) {
    set_labels(table, labels.front(), data);
  } else {
    set_targets(table, labels, data);
  }
  return data;
}

}  // namespace basalt::io
