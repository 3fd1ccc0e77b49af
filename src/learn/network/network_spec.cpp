#include "learn/network/network_spec.hpp"

#include "learn/estimator/refuse.hpp"

namespace basalt::learn {
namespace {

std::vector<std::size_t> hidden_widths(const Settings& settings, std::size_t inputs) {
  const auto layers = static_cast<std::size_t>(settings.integer("module__n_layers"));
  const std::vector<std::int64_t>& given = settings.integers("module__hidden");
  std::vector<std::size_t> widths(layers - 1);
  if (!given.empty() && given.size() != 1 && given.size() != widths.size()) {
    refuse("module__hidden",
           concat("\"module__hidden\" has ", given.size(), " widths, but ",
                  "\"module__n_layers\" = ", layers, " makes ", widths.size(), " hidden layers"));
  }
  const double factor = settings.real("module__n_hidden_neurons_multiplier");
  for (std::size_t i = 0; i < widths.size(); ++i) {
    widths[i] = given.empty() ? static_cast<std::size_t>(static_cast<double>(inputs) * factor)
                              : static_cast<std::size_t>(given.size() == 1 ? given[0] : given[i]);
    if (widths[i] == 0) {
      refuse("module__n_hidden_neurons_multiplier",
             concat("\"module__n_hidden_neurons_multiplier\" = ", factor, " of ", inputs,
                    " inputs leaves no hidden neuron"));
    }
  }
  return widths;
}

/// What preset "0.3" lets users say about the data must be true; others need not say it.
void check_dimension(const Settings& settings, const char* name, std::size_t actual,
                     std::int64_t least) {
  const std::int64_t given = settings.integer(name);
  if (given == -1) return;
  if (settings.text("preset") != "0.3") {
    refuse(name, concat("\"", name, "\" cannot be set: it follows from the data; leave it out"));
  }
  if (given < least)
    refuse(name, concat("\"", name, "\" is ", given, ", expected at least ", least));
  if (static_cast<std::size_t>(given) != actual) {
    refuse(name, concat("\"", name, "\" is ", given, ", but the data has ", actual));
  }
}

}  // namespace

NetworkSpec network_spec(const Settings& settings, const Dataset& data) {
  NetworkSpec spec;
  const bool classifies = data.task == Task::classification;
  check_dimension(settings, "module__input_dim", data.columns(), 1);
  check_dimension(settings, "module__n_outputs",
                  classifies ? data.classes.size() : static_cast<std::size_t>(data.targets.cols()),
                  classifies ? 2 : 1);
  spec.hidden = hidden_widths(settings, data.columns());
  spec.quantization = quantization_spec(settings, data.task);
  if (spec.hidden.empty()) spec.quantization.skip = true;
  if (!spec.hidden.empty()) check_accumulator(spec.quantization);
  if (settings.text("module__construction") == "greedy") {
    spec.construction = Construction::greedy;
    if (spec.quantization.pruned_share > 0) {
      refuse("module__n_prune_neurons_percentage",
             "\"module__n_prune_neurons_percentage\" is for networks that descent trains; with "
             "\"module__construction\" = \"greedy\" set \"module__hidden\" to fewer neurons");
    }
    if (spec.quantization.rule != AccumulatorRule::wrap || spec.hidden.size() != 1) {
      refuse("module__construction",
             "\"module__construction\" = \"greedy\" builds one hidden layer of wrapping neurons; "
             "set \"module__n_layers\" to 2 and \"module__accumulator\" to \"wrap\"");
    }
  }
  spec.training = training_spec(settings, data);
  return spec;
}

}  // namespace basalt::learn
