// Names, types, limits and defaults of the settings of fully connected networks.
#include "learn/estimator/setting_rules.hpp"
#include "learn/network/network_spec.hpp"
#include "learn/training/activation.hpp"

namespace basalt::learn {

std::vector<SettingRule> module_rules() {
  using rules::choice, rules::flag, rules::forbidden, rules::real, rules::whole;
  constexpr std::int64_t from_data = -1;
  return {
      whole("module__n_layers", 2, 1, 16, "Linear layers; one hidden layer makes 2."),
      {.name = "module__hidden",
       .type = SettingType::integers,
       .fallback = std::vector<std::int64_t>{},
       .low = 1,
       .high = 65536,
       .meaning = "Neurons of each hidden layer; replaces the multiplier."},
      {.name = "module__n_hidden_neurons_multiplier",
       .type = SettingType::real,
       .fallback = 4.0,
       .low = 0,
       .high = 1024,
       .meaning = "Neurons of a hidden layer per input.",
       .positive = true},
      whole("module__n_w_bits", 2, 1, 8, "Bits of a hidden weight."),
      whole("module__n_a_bits", 2, 1, 8,
            "Bits of an input and of an activation; exact inputs of wrapping sums take fewer where "
            "they "
            "would turn too often."),
      whole("module__n_accum_bits", 4, 1, 32, "Bits of the sum of a neuron."),
      whole("module__n_readout_bits", 0, 0, 16, "Bits of a read-out weight; 0: chosen."),
      choice("module__accumulator", "wrap", {"omega", "bound", "wrap"},
             "How sums are kept within their bits."),
      choice("module__inputs", "exact", {"exact", "soft"},
             "Inputs in whole steps of a table, or on a finer grid."),
      flag("module__skip", true, "A free linear path from the inputs to the scores."),
      whole("module__fan_in", 0, 0, 65536, "Weights of a wrapping neuron; 0: from the data."),
      choice("module__construction", "descent", {"descent", "greedy"},
             "Neurons by gradients, or one by one from candidates (few features)."),
      choice("module__activation_function", "ReLU", activation_names(),
             "The activation of hidden neurons; wrapping neurons use the triangle."),
      real("module__n_prune_neurons_percentage", 0.0, -1e9, 1e9,
           "Share of the hidden neurons that are removed during training, at least 0 and below "
           "1."),
      flag("module__quant_narrow", false, "Leave out the lowest code of weights."),
      flag("module__quant_signed", true, "Signed codes of activations (rule omega only)."),
      flag("module__power_of_two_scaling", true, "Scales are powers of two (rule omega only)."),
      whole("module__input_dim", from_data, -1e9, 1e9,
            "Number of inputs; only preset \"0.3\" lets it be given, otherwise it follows from the "
            "data (-1)."),
      whole("module__n_outputs", from_data, -1e9, 1e9,
            "Number of outputs; only preset \"0.3\" lets it be given, otherwise it follows from "
            "the data (-1)."),
      forbidden("n_bits",
                "\"n_bits\" cannot be set for neural networks: use "
                "\"module__n_w_bits\", \"module__n_a_bits\" and "
                "\"module__n_accum_bits\""),
      forbidden("module",
                "\"module\" cannot be set: the topology follows from "
                "\"module__n_layers\" and \"module__hidden\""),
  };
}

std::vector<SettingRule> network_rules(Task task) {
  return rules::joined(module_rules(), training_rules(task));
}

}  // namespace basalt::learn
