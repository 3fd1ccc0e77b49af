#include "learn/estimator/class_weight.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "learn/estimator/setting_rules.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::invalid_argument, "\"class_weight\": " + message, "class_weight");
}

std::vector<double> balanced(const Dataset& data) {
  std::vector<double> count(data.classes.size(), 0.0);
  for (const std::int32_t label : data.labels) ++count[static_cast<std::size_t>(label)];
  const auto rows = static_cast<double>(data.labels.size());
  for (double& c : count) c = c > 0 ? rows / (static_cast<double>(count.size()) * c) : 1.0;
  return count;
}

double weight_from(std::string_view item, std::string_view number) {
  const double weight = parse_number<double>(number).value_or(-1.0);
  if (!(weight >= 0) || !std::isfinite(weight)) {
    refuse(concat("\"", item, "\", expected \"label: weight\" with a weight of at least 0"));
  }
  return weight;
}

/// Reads "label: weight, label: weight". A label may hold a colon, the last one counts.
std::vector<double> listed(std::string_view text, const std::vector<std::string>& classes) {
  std::vector<double> weights(classes.size(), 1.0);
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view item = trimmed(text.substr(begin, end - begin));
    begin = end + 1;
    const std::size_t colon = item.rfind(':');
    if (colon == std::string::npos) {
      refuse(concat("\"", item, "\", expected \"none\", \"balanced\" or \"label: weight, …\""));
    }
    const std::string label(trimmed(item.substr(0, colon)));
    const auto found = std::ranges::find(classes, label);
    if (found == classes.end()) {
      const std::string near = nearest_name(label, classes);
      refuse(concat("the data has no class \"", label, "\"",
                    near.empty() ? "" : concat("; did you mean \"", near, "\"?")));
    }
    weights[static_cast<std::size_t>(found - classes.begin())] =
        weight_from(item, trimmed(item.substr(colon + 1)));
  }
  return weights;
}

}  // namespace

SettingRule class_weight_rule() {
  return rules::text("class_weight", "none",
                     "Weights of the classes in training: none, balanced, or label: weight, ….");
}

Vector<double> row_weights(const std::string& text, const Dataset& data) {
  Vector<double> weights = Vector<double>::Ones(static_cast<Index>(data.labels.size()));
  if (text == "none" || text.empty()) return weights;
  const auto of_class = text == "balanced" ? balanced(data) : listed(text, data.classes);
  for (std::size_t row = 0; row < data.labels.size(); ++row) {
    weights(static_cast<Index>(row)) = of_class[static_cast<std::size_t>(data.labels[row])];
  }
  if (!(weights.sum() > 0)) refuse("every row weighs 0");
  return weights;
}

Vector<double> against_the_rest(const Vector<double>& weights, std::span<const std::int32_t> labels,
                                std::int32_t wanted) {
  Vector<double> own = weights;
  for (Index row = 0; row < own.size(); ++row) {
    if (labels[static_cast<std::size_t>(row)] != wanted) own(row) = 1.0;
  }
  return own;
}

}  // namespace basalt::learn
