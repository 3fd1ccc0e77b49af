#include "learn/layer/quantization_spec.hpp"

#include "learn/estimator/refuse.hpp"

namespace basalt::learn {
namespace {

AccumulatorRule rule_named(const std::string& name) {
  return name == "omega"   ? AccumulatorRule::omega
         : name == "bound" ? AccumulatorRule::bound
                           : AccumulatorRule::wrap;
}

double pruned_share(const Settings& settings) {
  const double share = settings.real("module__n_prune_neurons_percentage");
  if (!(share >= 0.0 && share < 1.0)) {
    refuse("module__n_prune_neurons_percentage",
           concat("\"module__n_prune_neurons_percentage\" is ", share,
                  ", expected a fraction of at least 0 and below 1"));
  }
  return share;
}

}  // namespace

void check_accumulator(const QuantizationSpec& spec) {
  const int w = spec.weight_bits, a = spec.activation_bits, p = spec.accumulator_bits;
  if (spec.rule == AccumulatorRule::omega && max_active_neurons(Bits{w}, Bits{a}, Bits{p}) == 0) {
    refuse("module__n_accum_bits",
           concat("an accumulator of ", p, " bits holds no product of ", w, "-bit weights and ", a,
                  "-bit activations, so that no neuron would be left; set \"module__n_accum_bits\" "
                  "to at least ",
                  w + a));
  }
  if (spec.rule == AccumulatorRule::bound && a > p) {
    refuse("module__n_accum_bits", concat("an accumulator of ", p, " bits does not hold one ", a,
                                          "-bit activation; set \"module__n_accum_bits\" to at "
                                          "least ",
                                          a));
  }
  if (spec.rule == AccumulatorRule::bound && p > 12) {
    refuse("module__n_accum_bits", concat("an accumulator of ", p,
                                          " bits needs tables that no "
                                          "parameters serve; set \"module__n_accum_bits\" to at "
                                          "most 12"));
  }
  if (spec.rule == AccumulatorRule::wrap && (p < 2 || p > 10)) {
    refuse("module__n_accum_bits", concat("a wrapping accumulator has 2 to 10 bits, not ", p,
                                          "; set \"module__n_accum_bits\" to 3, 4 or 5"));
  }
}

QuantizationSpec quantization_spec(const Settings& settings, Task task) {
  QuantizationSpec spec;
  spec.weight_bits = static_cast<int>(settings.integer("module__n_w_bits"));
  spec.activation_bits = static_cast<int>(settings.integer("module__n_a_bits"));
  spec.accumulator_bits = static_cast<int>(settings.integer("module__n_accum_bits"));
  const auto readout = static_cast<int>(settings.integer("module__n_readout_bits"));
  if (readout == 1) {
    refuse("module__n_readout_bits",
           "\"module__n_readout_bits\" is 1, but weights of 1 bit have no sign; set it to at least "
           "2, or 0 to have it chosen");
  }
  spec.readout_bits = readout > 0 ? readout : task == Task::classification ? 5 : 8;
  spec.rule = rule_named(settings.text("module__accumulator"));
  spec.soft_inputs = settings.text("module__inputs") == "soft";
  spec.skip = settings.flag("module__skip");
  spec.activation = settings.text("module__activation_function");
  spec.narrow = settings.flag("module__quant_narrow");
  spec.is_signed = settings.flag("module__quant_signed");
  spec.power_of_two = settings.flag("module__power_of_two_scaling");
  spec.pruned_share = pruned_share(settings);
  spec.fan_in = static_cast<std::size_t>(settings.integer("module__fan_in"));
  if (spec.soft_inputs && spec.rule != AccumulatorRule::wrap) {
    refuse("module__inputs",
           "\"module__inputs\" = \"soft\" needs \"module__accumulator\" = "
           "\"wrap\"; use \"exact\" with the other rules");
  }
  return spec;
}

}  // namespace basalt::learn
