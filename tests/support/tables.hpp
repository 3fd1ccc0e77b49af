// The public tables of bench/data as datasets, for tests of learning.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "learn/data/dataset.hpp"

namespace basalt::tests {

/// Lines of a text file, gzip or not.
inline std::vector<std::string> lines_of(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw std::runtime_error("cannot open " + path);
  std::vector<std::string> lines;
  char line[4096];
  while (gzgets(file, line, sizeof line) != nullptr) {
    lines.emplace_back(line);
    while (!lines.back().empty() && lines.back().back() < ' ') lines.back().pop_back();
  }
  gzclose(file);
  return lines;
}

inline std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back().push_back(c);
    }
  }
  return cells;
}

/// A table by its file name; the last column holds labels, or targets for a regression.
inline learn::Dataset table(const std::string& name, learn::Task task) {
  std::string path = BASALT_TABLES;
  path.append("/").append(name);
  const auto lines = lines_of(path);
  const auto columns = static_cast<Eigen::Index>(cells_of(lines.front()).size()) - 1;
  const auto rows = static_cast<Eigen::Index>(lines.size()) - 1;
  learn::Dataset data;
  data.task = task;
  data.features.resize(rows, columns);
  if (task == learn::Task::regression) data.targets.resize(rows, 1);
  std::vector<std::string> labels;
  for (Eigen::Index row = 0; row < rows; ++row) {
    const auto cells = cells_of(lines[static_cast<std::size_t>(row) + 1]);
    for (Eigen::Index j = 0; j < columns; ++j) {
      data.features(row, j) = std::stod(cells[static_cast<std::size_t>(j)]);
    }
    if (task == learn::Task::regression) data.targets(row, 0) = std::stod(cells.back());
    labels.push_back(cells.back());
  }
  if (task == learn::Task::regression) return data;
  const std::set<std::string> classes(labels.begin(), labels.end());
  data.classes.assign(classes.begin(), classes.end());
  for (const std::string& label : labels) {
    const auto at = std::ranges::find(data.classes, label) - data.classes.begin();
    data.labels.push_back(static_cast<std::int32_t>(at));
  }
  return data;
}

}  // namespace basalt::tests
