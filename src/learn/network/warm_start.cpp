#include "learn/network/warm_start.hpp"

#include "base/text.hpp"
#include "learn/estimator/refuse.hpp"

namespace basalt::learn {
namespace {

/// Settings of a network that a warm start goes on with as they are.
const std::vector<const char*>& kept_settings() {
  static const std::vector<const char*> names{
      "module__accumulator",  "module__n_a_bits",
      "module__n_input_bits", "module__inputs",
      "module__skip",         "module__fan_in",
      "module__construction", "module__activation_function"};
  return names;
}

void refuse_changed(const Settings& start, const Settings& asked, const std::string& name) {
  if (!start.has(name) || !asked.has(name)) return;
  const SettingValue &before = start.values().at(name), &now = asked.values().at(name);
  if (before != now) refuse_change(name, to_text(now), to_text(before));
}

std::string text_of(const std::vector<std::size_t>& widths) {
  return "[" + joined(widths) + "]";
}

}  // namespace

void refuse_warm_start(const Settings& settings) {
  if (!settings.flag("warm_start")) return;
  refuse("warm_start", "\"warm_start\" needs a model to go on from: basalt train --start MODEL");
}

void refuse_second_pruning(const QuantizationSpec& spec, const TrainingState& start) {
  if (spec.pruned_share <= 0 || !start.pruned) return;
  refuse("module__n_prune_neurons_percentage",
         "train: the network is already pruned; structured pruning applies once; set "
         "\"module__n_prune_neurons_percentage\" to 0 to train it further");
}

void refuse_change(const std::string& name, const std::string& asked, const std::string& found) {
  refuse(name,
         concat("\"", name, "\" = ", asked, ", but the model to go on from has ", found,
                ", which a warm start keeps; set ", found, " or train without \"warm_start\""));
}

void refuse_changed_settings(const Settings& start, const Settings& asked) {
  for (const char* name : kept_settings()) refuse_changed(start, asked, name);
  const std::string& rule = asked.text("module__accumulator");
  if (rule != "bound") refuse_changed(start, asked, "module__n_accum_bits");
  if (rule == "omega") refuse_changed(start, asked, "module__n_w_bits");
}

/// The settings of a model, which an older program may have completed.
Settings settings_of_start(const Model& start, std::vector<SettingRule> rules) {
  Settings settings = start.settings;
  settings.complete(rules);
  return settings;
}

void require_same_architecture(const Model& start, const Settings& asked, const Dataset& data) {
  const auto& network = std::get<SparseQuantNeuralNetwork>(start.family);
  if (network.state.empty()) return;
  const auto before = network_spec(settings_of_start(start, network_rules(data.task)), data).hidden;
  const auto now = network_spec(asked, data).hidden;
  std::vector<std::size_t> left;
  for (const QuantLayer& layer : network.layers) left.push_back(layer.neurons());
  if (now != before && now != left) {
    const bool by_list = !asked.integers("module__hidden").empty() || now.empty();
    if (now.size() != before.size()) {
      refuse_change("module__n_layers", concat(now.size() + 1), concat(before.size() + 1));
    }
    refuse(by_list ? "module__hidden" : "module__n_hidden_neurons_multiplier",
           concat("the settings ask for hidden layers of ", text_of(now),
                  " neurons, but the model to go on from has ", text_of(left),
                  ", which a warm start keeps; set \"module__hidden\" = ", text_of(left),
                  " or train without \"warm_start\""));
  }
  refuse_changed_settings(start.settings, asked);
}

}  // namespace basalt::learn
