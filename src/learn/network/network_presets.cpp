// What users leave out: values of a Concrete ML release, and what follows from other settings.
#include <algorithm>

#include "base/error.hpp"
#include "learn/network/network_spec.hpp"

namespace basalt::learn {
namespace {

using PresetValues = std::vector<std::pair<const char*, SettingValue>>;

/// Source: Concrete ML's sklearn/qnn.py and skorch's NeuralNet at the releases 0.3, 1.1 and 1.9.
PresetValues preset_values(const std::string& preset, Task task) {
  const bool newest = preset == "1.9";
  PresetValues values = {{"module__n_w_bits", std::int64_t{newest ? 4 : 3}},
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
                concat("\"", name, "\" is set, but \"callbacks\" does not name \"", callback,
                       "\"; set callbacks = [\"", callback, "\"]"),
                name);
  }
}

/// Settings that mean something only with certain values of another one.
struct Dependent {
  const char* name;
  const char* chooser;
  const char* usual;  ///< What the other one is if it is not given.
  std::vector<std::string> needs;
};

const std::vector<Dependent>& dependents() {
  static const char* optimizer = "optimizer";
  static const char* criterion = "criterion";
  static const char* policy = "callbacks__LRScheduler__policy";
  static const std::vector<Dependent> list = {
      {"optimizer__momentum", optimizer, "Adam", {"SGD"}},
      {"optimizer__dampening", optimizer, "Adam", {"SGD"}},
      {"optimizer__nesterov", optimizer, "Adam", {"SGD"}},
      {"optimizer__betas", optimizer, "Adam", {"Adam", "AdamW"}},
      {"optimizer__eps", optimizer, "Adam", {"Adam", "AdamW"}},
      {"criterion__delta", criterion, "MSELoss", {"HuberLoss"}},
      {"criterion__beta", criterion, "MSELoss", {"SmoothL1Loss"}},
      {"callbacks__LRScheduler__step_size", policy, "cosine", {"StepLR"}},
      {"callbacks__LRScheduler__gamma",
       policy,
       "cosine",
       {"StepLR", "MultiStepLR", "ExponentialLR"}},
      {"callbacks__LRScheduler__milestones", policy, "cosine", {"MultiStepLR"}},
      {"callbacks__LRScheduler__T_max", policy, "cosine", {"CosineAnnealingLR"}},
      {"callbacks__LRScheduler__eta_min",
       policy,
       "cosine",
       {"CosineAnnealingLR", "ReduceLROnPlateau"}},
      {"callbacks__LRScheduler__start_factor", policy, "cosine", {"LinearLR"}},
      {"callbacks__LRScheduler__end_factor", policy, "cosine", {"LinearLR"}},
      {"callbacks__LRScheduler__total_iters", policy, "cosine", {"LinearLR"}},
      {"callbacks__LRScheduler__factor", policy, "cosine", {"ReduceLROnPlateau"}},
      {"callbacks__LRScheduler__patience", policy, "cosine", {"ReduceLROnPlateau"}},
      {"callbacks__LRScheduler__threshold", policy, "cosine", {"ReduceLROnPlateau"}},
      {"callbacks__LRScheduler__monitor", policy, "cosine", {"ReduceLROnPlateau"}},
  };
  return list;
}

/// A momentum without the optimizer that has one would be ignored. Where the user names another
/// optimizer, loss or schedule, a sweep may choose among them: the setting is for the others.
void check_dependents(const Settings& given) {
  for (const auto& [name, chooser, usual, needs] : dependents()) {
    if (!given.has(name) || given.has(chooser)) continue;
    if (std::ranges::count(needs, usual) > 0) continue;
    std::string list;
    for (const std::string& need : needs) {
      list += (list.empty() ? "\"" : " or \"") + need + "\"";
    }
    throw Error(ErrorCode::invalid_argument,
                concat("\"", name, "\" has no effect: it is for \"", chooser, "\" = ", list,
                       ", which is \"", usual, "\" unless it is set"),
                name);
  }
}

/// Scores should rise, losses fall, unless the user says otherwise.
void direct_monitors(Settings& given) {
  for (const std::string callback : {"callbacks__EarlyStopping__", "callbacks__Checkpoint__"}) {
    if (!given.has(callback + "monitor") || given.has(callback + "lower_is_better")) continue;
    const std::string& watched = given.text(callback + "monitor");
    if (watched.empty()) continue;
    given.restore(callback + "lower_is_better", falls_when_better(watched));
  }
}

}  // namespace

void prepare_network_settings(Settings& given, Task task) {
  check_callbacks(given);
  check_dependents(given);
  direct_monitors(given);
  if (given.has("module__hidden") && !given.has("module__n_layers")) {
    const auto hidden = static_cast<std::int64_t>(given.integers("module__hidden").size());
    if (hidden > 0) given.restore("module__n_layers", hidden + 1);
  }
  if (!given.has("preset") || given.text("preset").empty()) return;
  for (const auto& [name, value] : preset_values(given.text("preset"), task)) {
    const bool holds_out = name == std::string("train_split") && given.has("validation_share");
    if (!given.has(name) && !holds_out) given.restore(name, value);
  }
}

}  // namespace basalt::learn
