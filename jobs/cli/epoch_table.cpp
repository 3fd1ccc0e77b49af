#include "jobs/cli/epoch_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace basalt::jobs::cli {
namespace {

constexpr std::size_t least_width = 13;

/// Right-aligned to the width of a column, at least two spaces away from the one before.
std::string aligned(const std::string& text, std::size_t columns) {
  return std::string(text.size() + 2 > columns ? 2 : columns - text.size(), ' ') + text;
}

std::size_t width_of(const std::string& name) {
  return std::max(least_width, name.size() + 3);
}

struct Column {
  std::string name;
  double value = 0.0;
  bool lower_is_better = true;
};

std::vector<Column> columns_of(const learn::EpochRecord& record) {
  std::vector<Column> columns{{"train_loss", record.train_loss, true}};
  if (std::isfinite(record.valid_accuracy)) {
    columns.push_back({"valid_acc", record.valid_accuracy, false});
  }
  if (record.has_valid_rows()) columns.push_back({"valid_loss", record.valid_loss, true});
  for (const auto& [name, value] : record.scores) columns.push_back({name, value, false});
  return columns;
}

}  // namespace

std::string EpochTable::cell(const std::string& name, double value, bool lower_is_better) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", value);
  const auto [best, first] = best_.try_emplace(name, value);
  const bool improves = first || (lower_is_better ? value < best->second : value > best->second);
  if (improves) best->second = value;
  const bool marked = improves && name != "event_lr";
  if (!marked) return aligned(std::string(text) + mark_of_none(), width_of(name));
  if (!colour_) return aligned(std::string(text) + "+", width_of(name));
  const std::string plain = aligned(text, width_of(name));
  const std::size_t digits = plain.find_first_not_of(' ');
  return plain.substr(0, digits) + "\033[32m" + plain.substr(digits) + "\033[0m";
}

std::vector<std::string> EpochTable::lines(const learn::EpochRecord& record, double seconds) {
  std::vector<std::string> lines;
  const std::vector<Column> columns = columns_of(record);
  if (best_.empty()) {
    std::string header = "  epoch", rule = "-------";
    for (const Column& column : columns) {
      header += aligned(column.name + mark_of_none(), width_of(column.name));
      rule += "  " + std::string(width_of(column.name) - 2, '-');
    }
    lines = {header + "     dur", rule + "  ------"};
  }
  char number[16], duration[16];
  std::snprintf(number, sizeof number, "%7lld", static_cast<long long>(record.epoch));
  std::snprintf(duration, sizeof duration, "%8.4f", seconds);
  std::string line = number;
  for (const Column& column : columns) {
    line += cell(column.name, column.value, column.lower_is_better);
  }
  lines.push_back(line + duration);
  return lines;
}

}  // namespace basalt::jobs::cli
