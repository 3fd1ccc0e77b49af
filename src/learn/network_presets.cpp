// What users leave out: values of a Concrete ML release, and what follows from other settings.
#include <algorithm>

#include "base/error.hpp"
#include "learn/network_spec.hpp"

namespace basalt::learn {
namespace {

using Values = std::vector<std::pair<const char*, SettingValue>>;

/// Source: Concrete ML's sklearn/qnn.py and skorch's NeuralNet at the releases 0.3, 1.1 and 1.9.
Values preset_values(const std::string& preset, Task task) {
  const bool newest = preset == "1.9";
  Values values = {{"module__n_w_bits", std::int64_t{newest ? 4 : 3}},
                   {"module__n_a_bits", std::int64_t{newest ? 4 : 3}},
                   {"module__n_accum_bits", std::int64_t{newest ? 32 : 8}},
                   {"module__accumulator", std::string("omega")},
                   {"module__power_of_two_scaling", newest},
                   {"module__skip", false},
                   {"train_split", std::int64_t{5}},
                   {"lr_schedule", std::string("constant")},
                   {"iterator_train__shuffle", false},
                   {"iterator_train__drop_last", false}};
  if (task == Task::classification) values.emplace_back("criterion__label_smoothing", 0.0);
  return values;
}

bool has_callback(const Settings& given, const std::string& name) {
  return given.has("callbacks") && std::ranges::count(given.texts("callbacks"), name) > 0;
}

/// Settings of a callback that does not run would be ignored without a word.
void check_callbacks(const Settings& given) {
  const std::string prefix = "callbacks__";
  for (const auto& [name, value] : given.values()) {
    if (!name.starts_with(prefix)) continue;
    const std::string callback =
        name.substr(prefix.size(), name.find("__", prefix.size()) - prefix.size());
    if (has_callback(given, callback)) continue;
    throw Error(ErrorCode::invalid_argument,
                cat("\"", name, "\" is set, but \"callbacks\" does not name \"", callback,
                    "\"; set callbacks = [\"", callback, "\"]"),
                name);
  }
}

}  // namespace

void refuse_warm_start(const Settings& settings) {
  if (!settings.flag("warm_start")) return;
  throw Error(ErrorCode::invalid_argument,
              "\"warm_start\" needs a model to go on from: basalt train --start MODEL",
              "warm_start");
}

void prepare_network_settings(Settings& given, Task task) {
  check_callbacks(given);
  if (given.has("module__hidden") && !given.has("module__n_layers")) {
    const auto hidden = static_cast<std::int64_t>(given.integers("module__hidden").size());
    if (hidden > 0) given.restore("module__n_layers", hidden + 1);
  }
  if (!given.has("preset") || given.text("preset").empty()) return;
  for (const auto& [name, value] : preset_values(given.text("preset"), task)) {
    if (!given.has(name)) given.restore(name, value);
  }
}

}  // namespace basalt::learn
