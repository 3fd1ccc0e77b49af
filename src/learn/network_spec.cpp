#include "learn/network_spec.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "learn/activation.hpp"

namespace basalt::learn {
namespace {

using Type = SettingType;

[[noreturn]] void refuse(const std::string& setting, const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message, setting);
}

SettingRule whole(std::string name, std::int64_t fallback, double low, double high,
                  std::string meaning) {
  return {.name = std::move(name),
          .type = Type::integer,
          .fallback = fallback,
          .low = low,
          .high = high,
          .meaning = std::move(meaning)};
}
SettingRule number(std::string name, double fallback, double low, double high,
                   std::string meaning) {
  return {.name = std::move(name),
          .type = Type::real,
          .fallback = fallback,
          .low = low,
          .high = high,
          .meaning = std::move(meaning)};
}
SettingRule flag(std::string name, bool fallback, std::string meaning) {
  return {.name = std::move(name),
          .type = Type::boolean,
          .fallback = fallback,
          .meaning = std::move(meaning)};
}
SettingRule choice(std::string name, std::string fallback, std::vector<std::string> choices,
                   std::string meaning) {
  return {.name = std::move(name),
          .type = Type::text,
          .fallback = std::move(fallback),
          .choices = std::move(choices),
          .meaning = std::move(meaning)};
}
SettingRule forbidden(std::string name, std::string remedy) {
  return {.name = std::move(name),
          .type = Type::integer,
          .fallback = std::int64_t{0},
          .forbidden = std::move(remedy)};
}

std::vector<SettingRule> module_rules() {
  return {
      whole("module__n_layers", 2, 1, 16, "Linear layers; one hidden layer makes 2."),
      {.name = "module__hidden",
       .type = Type::integers,
       .fallback = std::vector<std::int64_t>{},
       .low = 1,
       .high = 65536,
       .meaning = "Neurons of each hidden layer; replaces the multiplier."},
      {.name = "module__n_hidden_neurons_multiplier",
       .type = Type::real,
       .fallback = 4.0,
       .low = 0,
       .high = 1024,
       .meaning = "Neurons of a hidden layer per input.",
       .positive = true},
      whole("module__n_w_bits", 2, 1, 8, "Bits of a hidden weight."),
      whole("module__n_a_bits", 2, 1, 8, "Bits of an input and of an activation."),
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
      number("module__n_prune_neurons_percentage", 0.0, 0, 0.999,
             "Share of the hidden neurons that are removed during training."),
      flag("module__quant_narrow", false, "Leave out the lowest code of weights."),
      flag("module__quant_signed", true, "Signed codes of activations (rule omega only)."),
      flag("module__power_of_two_scaling", true, "Scales are powers of two (rule omega only)."),
      forbidden("module__input_dim",
                "\"module__input_dim\" cannot be set: the number of inputs "
                "follows from the data; leave it out"),
      forbidden("module__n_outputs",
                "\"module__n_outputs\" cannot be set: the number of outputs "
                "follows from the data; leave it out"),
      forbidden("n_bits",
                "\"n_bits\" cannot be set for neural networks: use "
                "\"module__n_w_bits\", \"module__n_a_bits\" and "
                "\"module__n_accum_bits\""),
      forbidden("module",
                "\"module\" cannot be set: the topology follows from "
                "\"module__n_layers\" and \"module__hidden\""),
  };
}

std::vector<SettingRule> training_rules(Task task) {
  const bool classifies = task == Task::classification;
  std::vector<std::string> losses = {"CrossEntropyLoss"};
  if (!classifies) losses = {"MSELoss", "L1Loss", "HuberLoss"};
  return {
      choice("preset", "", {"", "0.3", "1.1", "1.9"}, "Defaults of that Concrete ML release."),
      choice("augment", "none", {"none", "shift", "affine"}, "Changes of training images."),
      whole("max_epochs", 10, 1, 100000, "Passes over the training rows."),
      {.name = "lr",
       .type = Type::real,
       .fallback = 0.01,
       .low = 0,
       .high = 100,
       .meaning = "Learning rate.",
       .positive = true},
      whole("batch_size", 128, 1, 1 << 20, "Rows of a training step."),
      choice("optimizer", "Adam", {"Adam", "AdamW", "SGD"}, "The descent."),
      number("optimizer__weight_decay", 0.0, 0, 10, "Weight decay of the descent."),
      number("optimizer__momentum", 0.0, 0, 0.9999, "Momentum of SGD."),
      choice("criterion", losses.front(), losses, "The loss."),
      {.name = "criterion__weight",
       .type = Type::reals,
       .fallback = std::vector<double>{},
       .low = 0,
       .meaning = "Weight of each class in the loss."},
      number("criterion__label_smoothing", 0.1, 0, 0.9, "Share of a label spread over all."),
      choice("lr_schedule", "cosine", {"cosine", "constant"}, "How the learning rate falls."),
      whole("train_split", 0, 0, 1000, "Folds, one of which is held out for validation; 0: none."),
      number("validation_share", 0.0, 0, 0.9, "Share of the rows held out for validation."),
      {.name = "callbacks",
       .type = Type::texts,
       .fallback = std::vector<std::string>{},
       .choices = {"EarlyStopping", "LRScheduler", "Checkpoint", "EpochScoring",
                   "GradientNormClipping", "ProgressBar", "disable"},
       .meaning = "Hooks of the training loop."},
      whole("callbacks__EarlyStopping__patience", 5, 1, 100000, "Epochs without improvement."),
      number("callbacks__EarlyStopping__threshold", 1e-4, 0, 1, "Improvement that counts."),
      number("callbacks__GradientNormClipping__gradient_clip_value", 1.0, 0, 1e6,
             "Largest norm of a gradient."),
      choice("callbacks__LRScheduler__policy", "cosine", {"cosine", "constant"},
             "How the learning rate falls."),
      flag("iterator_train__shuffle", true, "Another order of the rows in each epoch."),
      whole("restarts", 1, 1, 1000, "Networks trained from other starts; the best is kept."),
      whole("random_state", -1, -1, 9e15, "Seed of training; -1: the recipe's."),
      whole("verbose", 0, 0, 10, "Accepted; progress is shown by the program."),
  };
}

std::vector<std::size_t> hidden_widths(const Settings& settings, std::size_t inputs) {
  const auto layers = static_cast<std::size_t>(settings.integer("module__n_layers"));
  const std::vector<std::int64_t>& given = settings.integers("module__hidden");
  std::vector<std::size_t> widths(layers - 1);
  if (!given.empty() && given.size() != 1 && given.size() != widths.size()) {
    refuse("module__hidden",
           cat("\"module__hidden\" has ", given.size(), " widths, but ",
               "\"module__n_layers\" = ", layers, " makes ", widths.size(), " hidden layers"));
  }
  const double factor = settings.real("module__n_hidden_neurons_multiplier");
  for (std::size_t i = 0; i < widths.size(); ++i) {
    widths[i] = given.empty() ? static_cast<std::size_t>(static_cast<double>(inputs) * factor)
                              : static_cast<std::size_t>(given.size() == 1 ? given[0] : given[i]);
    if (widths[i] == 0) {
      refuse("module__n_hidden_neurons_multiplier",
             cat("\"module__n_hidden_neurons_multiplier\" = ", factor, " of ", inputs,
                 " inputs leaves no hidden neuron"));
    }
  }
  return widths;
}

AccumulatorRule rule_named(const std::string& name) {
  return name == "omega"   ? AccumulatorRule::omega
         : name == "bound" ? AccumulatorRule::bound
                           : AccumulatorRule::wrap;
}

/// Refuses bits with which no neuron could have a weight.
void check_accumulator(const NetworkSpec& spec) {
  if (spec.hidden.empty()) return;
  const int w = spec.weight_bits, a = spec.activation_bits, p = spec.accumulator_bits;
  if (spec.rule == AccumulatorRule::omega && max_active_neurons(Bits{w}, Bits{a}, Bits{p}) == 0) {
    refuse("module__n_accum_bits",
           cat("an accumulator of ", p, " bits holds no product of ", w, "-bit weights and ", a,
               "-bit activations, so that no neuron would be left; set \"module__n_accum_bits\" "
               "to at least ",
               w + a));
  }
  if (spec.rule == AccumulatorRule::bound && a > p) {
    refuse("module__n_accum_bits", cat("an accumulator of ", p, " bits does not hold one ", a,
                                       "-bit activation; set \"module__n_accum_bits\" to at "
                                       "least ",
                                       a));
  }
  if (spec.rule == AccumulatorRule::bound && p > 12) {
    refuse("module__n_accum_bits", cat("an accumulator of ", p,
                                       " bits needs tables that no "
                                       "parameters serve; set \"module__n_accum_bits\" to at "
                                       "most 12"));
  }
  if (spec.rule == AccumulatorRule::wrap && (p < 2 || p > 10)) {
    refuse("module__n_accum_bits", cat("a wrapping accumulator has 2 to 10 bits, not ", p,
                                       "; set \"module__n_accum_bits\" to 3, 4 or 5"));
  }
}

DescentSpec descent_spec(const Settings& settings) {
  DescentSpec spec;
  const std::string& name = settings.text("optimizer");
  spec.rule = name == "SGD"     ? DescentRule::sgd
              : name == "AdamW" ? DescentRule::adam_w
                                : DescentRule::adam;
  spec.learning_rate = settings.real("lr");
  spec.weight_decay = settings.real("optimizer__weight_decay");
  spec.momentum = settings.real("optimizer__momentum");
  return spec;
}

void read_callbacks(const Settings& settings, NetworkSpec& spec) {
  const auto& names = settings.texts("callbacks");
  const auto has = [&](const char* name) { return std::ranges::count(names, name) > 0; };
  spec.stopping = {.active = has("EarlyStopping"),
                   .patience = settings.integer("callbacks__EarlyStopping__patience"),
                   .threshold = settings.real("callbacks__EarlyStopping__threshold")};
  spec.checkpoint = has("Checkpoint");
  if (has("GradientNormClipping")) {
    spec.gradient_clip = settings.real("callbacks__GradientNormClipping__gradient_clip_value");
  }
  const std::string& schedule = has("LRScheduler") ? settings.text("callbacks__LRScheduler__policy")
                                                   : settings.text("lr_schedule");
  spec.schedule = schedule == "constant" ? Schedule::constant : Schedule::cosine;
}

void read_training(const Settings& settings, const Dataset& data, NetworkSpec& spec) {
  spec.epochs = static_cast<std::size_t>(settings.integer("max_epochs"));
  spec.batch_size = static_cast<std::size_t>(settings.integer("batch_size"));
  spec.descent = descent_spec(settings);
  const std::string& loss = settings.text("criterion");
  spec.loss = loss == "L1Loss"      ? RegressionLoss::absolute
              : loss == "HuberLoss" ? RegressionLoss::huber
                                    : RegressionLoss::squared;
  spec.cross_entropy.class_weights = settings.reals("criterion__weight");
  if (!spec.cross_entropy.class_weights.empty() &&
      spec.cross_entropy.class_weights.size() != data.classes.size()) {
    refuse("criterion__weight",
           cat("\"criterion__weight\" has ", spec.cross_entropy.class_weights.size(),
               " weights for ", data.classes.size(), " classes"));
  }
  spec.cross_entropy.label_smoothing = settings.real("criterion__label_smoothing");
  spec.validation_share = settings.real("validation_share");
  const std::int64_t folds = settings.integer("train_split");
  if (folds == 1) refuse("train_split", "\"train_split\" is 1, expected 0 or at least 2 folds");
  if (folds > 1) spec.validation_share = 1.0 / static_cast<double>(folds);
  read_callbacks(settings, spec);
  spec.shuffle = settings.flag("iterator_train__shuffle");
  const std::string& augment = settings.text("augment");
  spec.augmentation = augment == "shift"    ? Augmentation::shift
                      : augment == "affine" ? Augmentation::affine
                                            : Augmentation::none;
  spec.restarts = static_cast<std::size_t>(settings.integer("restarts"));
  spec.random_state = settings.integer("random_state");
}

/// Values that a release of Concrete ML had as defaults, where the user left ours.
Settings with_preset(Settings settings, Task task) {
  const std::string preset = settings.text("preset");
  if (preset.empty()) return settings;
  const bool newest = preset == "1.9";
  const std::vector<std::pair<std::string, SettingValue>> values = {
      {"module__n_w_bits", std::int64_t{newest ? 4 : 3}},
      {"module__n_a_bits", std::int64_t{newest ? 4 : 3}},
      {"module__n_accum_bits", std::int64_t{newest ? 32 : 8}},
      {"module__accumulator", std::string("omega")},
      {"module__power_of_two_scaling", newest},
      {"module__skip", false},
      {"train_split", std::int64_t{5}},
      {"lr_schedule", std::string("constant")},
      {"iterator_train__shuffle", false}};
  const std::vector<SettingRule> rules = network_rules(task);
  for (const auto& [name, value] : values) {
    const auto rule = std::ranges::find(rules, name, &SettingRule::name);
    if (settings.values().at(name) == rule->fallback) settings.restore(name, value);
  }
  return settings;
}

}  // namespace

std::vector<SettingRule> network_rules(Task task) {
  std::vector<SettingRule> rules = module_rules();
  for (SettingRule& rule : training_rules(task)) rules.push_back(std::move(rule));
  return rules;
}

NetworkSpec network_spec(const Settings& given, const Dataset& data) {
  const Settings settings = with_preset(given, data.task);
  NetworkSpec spec;
  spec.hidden = hidden_widths(settings, data.columns());
  spec.weight_bits = static_cast<int>(settings.integer("module__n_w_bits"));
  spec.activation_bits = static_cast<int>(settings.integer("module__n_a_bits"));
  spec.accumulator_bits = static_cast<int>(settings.integer("module__n_accum_bits"));
  const auto readout = static_cast<int>(settings.integer("module__n_readout_bits"));
  spec.readout_bits = readout > 0 ? readout : data.task == Task::classification ? 5 : 8;
  spec.rule = rule_named(settings.text("module__accumulator"));
  spec.soft_inputs = settings.text("module__inputs") == "soft";
  spec.skip = settings.flag("module__skip") || spec.hidden.empty();
  spec.activation = settings.text("module__activation_function");
  spec.narrow = settings.flag("module__quant_narrow");
  spec.is_signed = settings.flag("module__quant_signed");
  spec.power_of_two = settings.flag("module__power_of_two_scaling");
  spec.pruned_share = settings.real("module__n_prune_neurons_percentage");
  spec.fan_in = static_cast<std::size_t>(settings.integer("module__fan_in"));
  if (spec.soft_inputs && spec.rule != AccumulatorRule::wrap) {
    refuse("module__inputs",
           "\"module__inputs\" = \"soft\" needs \"module__accumulator\" = "
           "\"wrap\"; use \"exact\" with the other rules");
  }
  check_accumulator(spec);
  if (settings.text("module__construction") == "greedy") {
    spec.construction = Construction::greedy;
    if (spec.rule != AccumulatorRule::wrap || spec.hidden.size() != 1) {
      refuse("module__construction",
             "\"module__construction\" = \"greedy\" builds one hidden layer of wrapping neurons; "
             "set \"module__n_layers\" to 2 and \"module__accumulator\" to \"wrap\"");
    }
  }
  read_training(settings, data, spec);
  return spec;
}

}  // namespace basalt::learn
