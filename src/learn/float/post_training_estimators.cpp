#include "learn/float/post_training_estimators.hpp"

#include <algorithm>

#include "learn/estimator/refuse.hpp"
#include "learn/estimator/setting_rules.hpp"
#include "learn/network/network_spec.hpp"

namespace basalt::learn {
namespace {

/// Settings of the topology that float networks have, too.
const std::vector<std::string>& topology() {
  static const std::vector<std::string> names{"module__n_layers", "module__hidden",
                                              "module__n_hidden_neurons_multiplier",
                                              "module__activation_function"};
  return names;
}

/// Fewer bits of the inputs than this are not chosen unasked. Source: Concrete ML.
constexpr std::int64_t least_model_bits = 5;

SparseQuantNeuralNetwork train_and_quantize(const Settings& settings, const Dataset& data,
                                            RandomStream random, const TrainingHooks& hooks,
                                            std::vector<EpochRecord>& history) {
  PostTrainingBits bits = post_training_bits(settings);
  Settings complete = settings;
  complete.complete(network_rules(data.task));
  const NetworkSpec spec = network_spec(complete, data);
  const auto active = static_cast<std::size_t>(settings.integer("module__max_active_neurons"));
  const RandomStream stream = stream_of(spec.training, random);
  const FloatNetwork network = train_float_network(spec, active, data, stream, hooks, history);
  if (bits.rounding.value < 0) bits.rounding = fewest_rounding_bits(network, data, bits);
  return quantize_after_training(network, data.features, bits);
}

Estimator post_training_estimator(const char* name, Task task) {
  std::vector<SettingRule> rules = post_training_rules();
  rules.push_back(rules::whole("module__max_active_neurons", 0, 0, 65536,
                               "Non-zero weights of a neuron, drawn before training; 0: all."));
  rules = rules::joined(std::move(rules), rules::selected(module_rules(), topology()));
  rules = rules::joined(std::move(rules),
                        rules::without(training_rules(task),
                                       {"preset", "augment", "restarts", "warm_start",
                                        "fit_benchmark", "linear_start", "linear_start_weight"}));
  for (const char* other : {"module__n_w_bits", "module__n_a_bits"}) {
    rules.push_back(rules::unused(other,
                                  "bits are said by \"n_bits\" where a network is quantized "
                                  "after training"));
  }
  for (const char* other : {"module__n_accum_bits", "module__accumulator"}) {
    rules.push_back(rules::unused(other,
                                  "sums follow from \"n_bits\" and are rounded by "
                                  "\"rounding_threshold_bits\""));
  }
  return {.name = name,
          .task = task,
          .rules = std::move(rules),
          .train = train_and_quantize,
          .prepare = [task](Settings& given) { prepare_network_settings(given, task); }};
}

}  // namespace

std::vector<SettingRule> post_training_rules() {
  return {
      rules::whole("n_bits", 4, 1, 8, "Bits of weights, inputs and activations."),
      rules::whole("n_bits__op_inputs", 0, 0, 8, "Bits of what hidden layers read; 0: as n_bits."),
      rules::whole("n_bits__op_weights", 0, 0, 8, "Bits of weights; 0: as n_bits."),
      rules::whole("n_bits__model_inputs", 0, 0, 8,
                   "Bits of the inputs; 0: as n_bits, at least 5."),
      rules::whole(
          "n_bits__model_outputs", 0, 0, 32,
          "As in Concrete ML, at least op_inputs; scores leave as whole sums in any case."),
      rules::whole("rounding_threshold_bits", -1, -1, 8,
                   "Sums of more bits are rounded to this many before a table; 0: never; -1: as "
                   "few of 5 to 7 as the training rows cannot tell from unrounded sums."),
      rules::whole("rounding_threshold_bits__n_bits", 0, 0, 8, "The same, as a table of two."),
      {.name = "rounding_threshold_bits__method",
       .type = SettingType::text,
       .fallback = std::string("exact"),
       .choices = {"exact", "approximate"},
       .meaning = "Rounding by one more bootstrap per removed bit, or free but rarely off by one."},
      {.name = "weight_scales",
       .type = SettingType::text,
       .fallback = std::string("neuron"),
       .choices = {"neuron", "layer"},
       .meaning = "One step of the weights per neuron, which its table absorbs, or per layer."},
  };
}

PostTrainingBits post_training_bits(const Settings& settings) {
  const std::int64_t all = settings.integer("n_bits");
  const auto place = [&](const char* name, std::int64_t otherwise) {
    const std::int64_t given = settings.integer(std::string("n_bits__") + name);
    return Bits{static_cast<int>(given > 0 ? given : otherwise)};
  };
  PostTrainingBits bits;
  bits.activations = place("op_inputs", all);
  bits.weights = place("op_weights", all);
  bits.inputs = place("model_inputs", std::max(all, least_model_bits));
  const Bits outputs = place("model_outputs", 32);
  if (outputs.value < bits.activations.value) {
    refuse("n_bits__model_outputs",
           concat("\"n_bits__model_outputs\" is ", outputs.value, ", expected at least the ",
                  bits.activations.value, " bits of \"n_bits__op_inputs\""));
  }
  if (bits.weights.value == 1) {
    refuse(settings.integer("n_bits__op_weights") > 0 ? "n_bits__op_weights" : "n_bits",
           "weights of 1 bit have no sign; set \"n_bits__op_weights\" (or "
           "\"n_bits\") to at least 2");
  }
  std::string name = "rounding_threshold_bits";
  std::int64_t rounding = settings.integer(name);
  if (const std::int64_t inner = settings.integer(name + "__n_bits"); inner > 0) {
    rounding = inner;
    name += "__n_bits";
  }
  if (rounding == 1) refuse(name, concat("\"", name, "\" is 1, expected -1, 0 or 2 to 8"));
  bits.rounding = Bits{static_cast<int>(rounding)};
  bits.exact_rounding = settings.text("rounding_threshold_bits__method") == "exact";
  bits.scale_per_neuron = settings.text("weight_scales") == "neuron";
  return bits;
}

std::vector<Estimator> post_training_estimators() {
  return {post_training_estimator("PostTrainingNetClassifier", Task::classification),
          post_training_estimator("PostTrainingNetRegressor", Task::regression)};
}

}  // namespace basalt::learn
