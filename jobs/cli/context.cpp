#include "jobs/cli/context.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"

namespace basalt::jobs::cli {
namespace {

/// Numbers as people read them: no more than six figures.
std::string cell(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value.get<double>());
    return text;
  }
  return value.dump();
}

bool is_table(const Json& value) {
  return value.is_array() && !value.empty() && value.front().is_object();
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string space(width > text.size() ? width - text.size() : 0, ' ');
  return right ? space + text : text + space;
}

std::string table(const Json& rows) {
  std::vector<std::string> names;
  for (const auto& [name, value] : rows.front().items()) {
    if (!value.is_structured()) names.push_back(name);
  }
  std::vector<std::vector<std::string>> lines{names};
  for (const Json& row : rows) {
    std::vector<std::string> line;
    for (const std::string& name : names) {
      line.push_back(row.contains(name) ? cell(row[name]) : "");
    }
    lines.push_back(std::move(line));
  }
  std::vector<std::size_t> widths(names.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool number = rows.front()[names[i]].is_number();
      text += "  " + padded(line[i], widths[i], number);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

void append(std::string& text, const Json& object, const std::string& indent) {
  std::size_t width = 0;
  for (const auto& [name, value] : object.items()) {
    if (!value.is_structured()) width = std::max(width, name.size());
  }
  for (const auto& [name, value] : object.items()) {
    if (value.is_object()) {
      text += indent + name + "\n";
      append(text, value, indent + "  ");
    } else if (is_table(value)) {
      text += indent + name + "\n" + table(value);
    } else {
      text += indent + padded(name, width, false) + "  " + cell(value) + "\n";
    }
  }
}

}  // namespace

std::string readable(const Json& result) {
  std::string text;
  append(text, result, "");
  return text;
}

void take_kernels(CommonOptions& options, const char* environment) {
  if (!options.kernels.empty() || environment == nullptr) return;
  options.kernels = environment;
  options.kernels_from = "BASALT_KERNELS";
}

std::size_t Context::threads() const {
  if (options_.threads > 0) return options_.threads;
  // Ranks may be bound to processors of their own, or all see the whole machine.
  const auto online = static_cast<std::size_t>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  const std::size_t share = std::max<std::size_t>(1, online / options_.ranks_here);
  return std::min(usable_processors(), share);
}

ThreadTeam& Context::team() {
  if (!team_) team_ = std::make_unique<ThreadTeam>(threads());
  return *team_;
}

const torus::Kernels& Context::kernels() const {
  if (options_.kernels.empty()) return torus::best_kernels();
  try {
    return torus::kernels_named(options_.kernels);
  } catch (const Error& error) {
    throw Error(error.code(), concat(options_.kernels_from, ": ", error.what()));
  }
}

infer::Engine& Context::engine() {
  if (!engine_) engine_.reset(new infer::Engine{kernels(), team()});
  return *engine_;
}

void Context::answer(const Json& result) {
  if (ranks_.rank() != 0) return;
  console_.clear_status();
  print(options_.json ? result.dump() + "\n" : readable(result));
}

void Context::print(const std::string& text) {
  if (ranks_.rank() != 0) return;
  std::fputs(text.c_str(), stdout);
  require(std::fflush(stdout) == 0, ErrorCode::io, "standard output: cannot be written");
}

}  // namespace basalt::jobs::cli
