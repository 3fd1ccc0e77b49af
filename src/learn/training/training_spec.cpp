#include "learn/training/training_spec.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "learn/estimator/refuse.hpp"

namespace basalt::learn {
namespace {

/// PyTorch's default weight decay of AdamW.
constexpr double adam_w_decay = 0.01;

DescentSpec descent_spec(const Settings& settings) {
  DescentSpec spec;
  const std::string& name = settings.text("optimizer");
  spec.rule = name == "SGD"     ? DescentRule::sgd
              : name == "AdamW" ? DescentRule::adam_w
                                : DescentRule::adam;
  const double own_rate = settings.real("optimizer__lr");
  spec.learning_rate = own_rate > 0 ? own_rate : settings.real("lr");
  const double decay = settings.real("optimizer__weight_decay");
  if (decay < 0 && decay != -1.0) {
    refuse("optimizer__weight_decay", concat("\"optimizer__weight_decay\" is ", decay,
                                             ", expected at least 0, or -1 for the default"));
  }
  const double usual = spec.rule == DescentRule::adam_w ? adam_w_decay : 0.0;
  spec.weight_decay = decay >= 0 ? decay : usual;
  const std::vector<double>& betas = settings.reals("optimizer__betas");
  if (betas.size() != 2) {
    refuse("optimizer__betas", concat("\"optimizer__betas\" has ", betas.size(),
                                      " numbers, expected 2, such as [0.9, 0.999]"));
  }
  spec.beta1 = betas[0];
  spec.beta2 = betas[1];
  spec.epsilon = settings.real("optimizer__eps");
  spec.momentum = settings.real("optimizer__momentum");
  spec.dampening = settings.real("optimizer__dampening");
  spec.nesterov = settings.flag("optimizer__nesterov");
  if (spec.nesterov && (spec.momentum <= 0 || spec.dampening != 0)) {
    refuse("optimizer__nesterov",
           "\"optimizer__nesterov\" needs \"optimizer__momentum\" above 0 and "
           "\"optimizer__dampening\" = 0");
  }
  return spec;
}

ScheduleSpec schedule_spec(const Settings& settings, bool has_callback) {
  ScheduleSpec spec;
  if (!has_callback) {
    spec.policy = schedule_policy_named(settings.text("lr_schedule"));
    return spec;
  }
  const std::string prefix = "callbacks__LRScheduler__";
  const auto count = [&](const char* name) {
    return static_cast<std::size_t>(settings.integer(prefix + name));
  };
  spec.policy = schedule_policy_named(settings.text(prefix + "policy"));
  spec.step_size = count("step_size");
  spec.gamma = settings.real(prefix + "gamma");
  spec.milestones = settings.integers(prefix + "milestones");
  spec.t_max = count("T_max");
  spec.eta_min = settings.real(prefix + "eta_min");
  spec.start_factor = settings.real(prefix + "start_factor");
  spec.end_factor = settings.real(prefix + "end_factor");
  spec.total_iters = count("total_iters");
  spec.factor = settings.real(prefix + "factor");
  spec.patience = settings.integer(prefix + "patience");
  spec.threshold = settings.real(prefix + "threshold");
  if (spec.policy == SchedulePolicy::multi_step && spec.milestones.empty()) {
    refuse(prefix + "milestones", "MultiStepLR falls at epochs that \"" + prefix +
                                      "milestones\" names, such as [30, 60]; it names none");
  }
  return spec;
}

/// Numbers that an epoch will have, for callbacks to watch.
std::vector<std::string> known_monitors(const TrainingSpec& spec, Task task) {
  std::vector<std::string> names{"train_loss"};
  if (spec.validation_share > 0) {
    names.emplace_back("valid_loss");
    if (task == Task::classification) names.emplace_back("valid_acc");
  }
  names.insert(names.end(), spec.scoring.scoring.begin(), spec.scoring.scoring.end());
  return names;
}

Monitor monitor(const Settings& settings, const std::string& name,
                const std::vector<std::string>& known) {
  std::string watched = settings.text(name);
  if (watched.ends_with("_best")) watched.resize(watched.size() - 5);  // as skorch marks the best
  if (!watched.empty() && std::ranges::count(known, watched) == 0) {
    const bool of_validation = watched == "valid_loss" || watched == "valid_acc";
    refuse(name, concat("\"", name, "\" is \"", watched, "\", but an epoch has ", joined(known),
                        of_validation ? "; hold rows out by \"train_split\" or \"validation_share\""
                                      : ""));
  }
  return {.name = watched};
}

void read_callbacks(const Settings& settings, Task task, TrainingSpec& spec) {
  const auto& names = settings.texts("callbacks");
  const auto has = [&](const char* name) { return std::ranges::count(names, name) > 0; };
  const std::string stopping = "callbacks__EarlyStopping__", checkpoint = "callbacks__Checkpoint__";
  if (has("EpochScoring")) {
    spec.scoring = {settings.texts("callbacks__EpochScoring__scoring"),
                    settings.flag("callbacks__EpochScoring__on_train")};
    if (spec.validation_share <= 0 && !spec.scoring.on_train) {
      refuse("callbacks",
             "EpochScoring has no rows to score; hold rows out by \"train_split\" or "
             "\"validation_share\", or set callbacks__EpochScoring__on_train = true");
    }
  }
  const std::vector<std::string> known = known_monitors(spec, task);
  if (has("EarlyStopping")) {
    spec.stopping = {.active = true,
                     .monitor = monitor(settings, stopping + "monitor", known),
                     .patience = settings.integer(stopping + "patience"),
                     .threshold = settings.real(stopping + "threshold"),
                     .relative = settings.text(stopping + "threshold_mode") == "rel",
                     .load_best = settings.flag(stopping + "load_best")};
    spec.stopping.monitor.lower_is_better = settings.flag(stopping + "lower_is_better");
  }
  if (has("Checkpoint")) {
    spec.checkpoint = {.active = true, .monitor = monitor(settings, checkpoint + "monitor", known)};
    spec.checkpoint.monitor.lower_is_better = settings.flag(checkpoint + "lower_is_better");
  } else if (spec.stopping.load_best) {
    spec.checkpoint = {.active = true, .monitor = spec.stopping.monitor};
  }
  if (has("GradientNormClipping")) {
    spec.gradient_clip = settings.real("callbacks__GradientNormClipping__gradient_clip_value");
  }
  spec.schedule = schedule_spec(settings, has("LRScheduler"));
  spec.schedule_monitor = monitor(settings, "callbacks__LRScheduler__monitor", known);
  const std::string& watched = spec.schedule_monitor.name;
  spec.schedule_monitor.lower_is_better = watched.empty() || falls_when_better(watched);
  spec.records_rate = has("LRScheduler");
}

RegressionLossSpec regression_loss_spec(const Settings& settings) {
  const std::string& name = settings.text("criterion");
  if (name == "L1Loss") return {RegressionLoss::absolute, 1.0};
  if (name == "HuberLoss") return {RegressionLoss::huber, settings.real("criterion__delta")};
  if (name == "SmoothL1Loss") return {RegressionLoss::smooth, settings.real("criterion__beta")};
  return {};
}

CrossEntropySpec cross_entropy_spec(const Settings& settings, const Dataset& data) {
  CrossEntropySpec spec;
  spec.class_weights = settings.reals("criterion__weight");
  spec.label_smoothing = settings.real("criterion__label_smoothing");
  const std::vector<double>& weights = spec.class_weights;
  if (!weights.empty() && weights.size() != data.classes.size()) {
    refuse("criterion__weight", concat("\"criterion__weight\" has ", weights.size(),
                                       " weights for ", data.classes.size(), " classes"));
  }
  if (!weights.empty() && std::ranges::count(weights, 0.0) == std::ssize(weights)) {
    refuse("criterion__weight", "\"criterion__weight\" is 0 for every class");
  }
  return spec;
}

}  // namespace

TrainingSpec training_spec(const Settings& settings, const Dataset& data) {
  TrainingSpec spec;
  spec.epochs = static_cast<std::size_t>(settings.integer("max_epochs"));
  const std::int64_t own_batch = settings.integer("iterator_train__batch_size");
  spec.batch_size =
      static_cast<std::size_t>(own_batch > 0 ? own_batch : settings.integer("batch_size"));
  spec.descent = descent_spec(settings);
  if (data.task == Task::classification) {
    spec.cross_entropy = cross_entropy_spec(settings, data);
  } else {
    spec.loss = regression_loss_spec(settings);
    spec.linear_start = settings.flag("linear_start");
    spec.linear_start_weight = settings.real("linear_start_weight");
  }
  spec.validation_share = settings.real("validation_share");
  const std::int64_t folds = settings.integer("train_split");
  if (folds == 1) refuse("train_split", "\"train_split\" is 1, expected 0 or at least 2 folds");
  if (folds > 1 && spec.validation_share > 0) {
    refuse("validation_share", concat("\"validation_share\" = ", spec.validation_share,
                                      " and \"train_split\" = ", folds,
                                      " both say which rows are held out; set one of them"));
  }
  if (folds > 1) spec.validation_share = 1.0 / static_cast<double>(folds);
  read_callbacks(settings, data.task, spec);
  spec.shuffle = settings.flag("iterator_train__shuffle");
  spec.drop_last = settings.flag("iterator_train__drop_last");
  const std::string& augment = settings.text("augment");
  spec.augmentation = augment == "shift"    ? Augmentation::shift
                      : augment == "affine" ? Augmentation::affine
                                            : Augmentation::none;
  spec.restarts = static_cast<std::size_t>(settings.integer("restarts"));
  spec.random_state = settings.integer("random_state");
  return spec;
}

RandomStream stream_of(const TrainingSpec& spec, const RandomStream& random) {
  return spec.random_state >= 0 ? RandomStream(Seed{static_cast<std::uint64_t>(spec.random_state)})
                                : random;
}

}  // namespace basalt::learn
