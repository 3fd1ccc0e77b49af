#include "jobs/cli/predictions.hpp"

#include <cstdio>

#include "base/error.hpp"
#include "pipeline/evaluate.hpp"

namespace basalt::jobs::cli {
namespace {

/// A cell that commas, quotes and line ends cannot break.
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

std::string line_of(const ir::Postprocessing& post, const ir::Prediction& prediction) {
  std::string line;
  if (!post.classes.empty()) {
    line += "," + cell(post.classes.at(static_cast<std::size_t>(prediction.label)));
    for (const double p : prediction.probabilities) line += "," + number(p);
    return line;
  }
  for (const double value : prediction.values) line += "," + number(value);
  return line;
}

}  // namespace

std::string predictions_header(const ir::Postprocessing& post) {
  std::string line = "row";
  if (!post.classes.empty()) {
    line += ",label";
    for (const std::string& name : post.classes) line += "," + cell("probability_" + name);
    return line + "\n";
  }
  if (post.scale.size() == 1) return line + ",value\n";
  for (std::size_t i = 0; i < post.scale.size(); ++i) line += concat(",value_", i);
  return line + "\n";
}

std::string predictions_lines(const ir::Postprocessing& post, const Matrix<ir::Integer>& integers,
                              std::size_t first_row) {
  std::string text;
  for (const ir::Prediction& prediction : pipeline::predictions_of(post, integers)) {
    text += std::to_string(first_row++) + line_of(post, prediction) + "\n";
  }
  return text;
}

std::string predictions_csv(const ir::Postprocessing& post, const Matrix<ir::Integer>& integers,
                            std::size_t first_row) {
  return predictions_header(post) + predictions_lines(post, integers, first_row);
}

}  // namespace basalt::jobs::cli
