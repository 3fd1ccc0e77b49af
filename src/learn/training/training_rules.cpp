// Names, types, limits and defaults of the settings of training, of every network.
#include "learn/data/scores.hpp"
#include "learn/estimator/setting_rules.hpp"
#include "learn/training/callbacks.hpp"
#include "learn/training/schedule.hpp"
#include "learn/training/training_spec.hpp"

namespace basalt::learn {
namespace {

using rules::choice;
using rules::flag;
using rules::forbidden;
using rules::only;
using rules::positive;
using rules::real;
using rules::text;
using rules::whole;
using Type = SettingType;

constexpr double unlimited = 1e9;

std::vector<SettingRule> loop_rules() {
  return {
      choice("preset", "", {"", "0.3", "1.1", "1.9"},
             "Defaults of that Concrete ML release for settings that are not given."),
      choice("augment", "none", {"none", "shift", "affine"}, "Changes of training images."),
      whole("max_epochs", 10, 1, 100000, "Passes over the training rows."),
      positive("lr", 0.01, 100, "Learning rate."),
      whole("batch_size", 128, 1, 1 << 20, "Rows of a training step."),
      choice("lr_schedule", "cosine", {"cosine", "constant"},
             "How the learning rate falls, unless the callback LRScheduler says it."),
      whole("train_split", 0, 0, 1000, "Folds, one of which is held out for validation; 0: none."),
      real("validation_share", 0.0, 0, 0.9, "Share of the rows held out for validation."),
      flag("iterator_train__shuffle", true, "Another order of the rows in each epoch."),
      flag("iterator_train__drop_last", true,
           "Leave out the rows at the end of an epoch that fill no batch."),
      whole("iterator_train__batch_size", 0, 0, 1 << 20,
            "Rows of a training step; 0: \"batch_size\"."),
      whole("iterator_valid__batch_size", 0, 0, 1 << 20,
            "Accepted; validation does not depend on it."),
      only("iterator_train", "DataLoader", "Accepted with this value only."),
      only("iterator_valid", "DataLoader", "Accepted with this value only."),
      only("dataset", "Dataset", "Accepted with this value only."),
      choice("predict_nonlinearity", "auto", {"auto"},
             "Scores become probabilities by softmax, so that they sum to 1."),
      choice("device", "cpu", {"cpu"}, "Where training runs."),
      flag("warm_start", false, "Go on from the network in \"file\" instead of a fresh one."),
      flag("fit_benchmark", false,
           "Train a float network of the same shape beside and report its scores."),
      whole("restarts", 1, 1, 1000, "Networks trained from other starts; the best is kept."),
      whole("random_state", -1, -1, 9e15, "Seed of training; -1: the recipe's."),
      forbidden("classes", "\"classes\" cannot be set: they follow from the data"),
      forbidden("class_weight",
                "\"class_weight\" cannot be set for networks: use \"criterion__weight\", a list "
                "with the weight of each class"),
      forbidden("n_jobs", "\"n_jobs\" cannot be set: use --threads, or mpirun for a sweep"),
      whole("verbose", 1, 0, 10, "Above 0, `basalt train` prints a table with a line per epoch."),
  };
}

std::vector<SettingRule> descent_rules(Task task) {
  const bool classifies = task == Task::classification;
  std::vector<std::string> losses = {"CrossEntropyLoss"};
  if (!classifies) losses = {"MSELoss", "L1Loss", "HuberLoss", "SmoothL1Loss"};
  std::vector<SettingRule> rules = {
      choice("optimizer", "Adam", {"Adam", "AdamW", "SGD"}, "The descent."),
      real("optimizer__lr", 0.0, 0, 100, "Learning rate; 0: \"lr\"."),
      real("optimizer__weight_decay", -1.0, -1, 10,
           "Weight decay; -1: 0.01 for AdamW and 0 for the others."),
      {.name = "optimizer__betas",
       .type = Type::reals,
       .fallback = std::vector<double>{0.9, 0.999},
       .low = 0,
       .high = 0.999999,
       .meaning = "Decay of both running means of Adam and AdamW."},
      positive("optimizer__eps", 1e-8, 1, "Added to the denominator of Adam and AdamW."),
      real("optimizer__momentum", 0.0, 0, 0.9999, "Momentum of SGD."),
      real("optimizer__dampening", 0.0, 0, 1, "Dampening of the momentum of SGD."),
      flag("optimizer__nesterov", false, "Nesterov's momentum of SGD."),
      choice("criterion", losses.front(), losses, "The loss."),
  };
  if (classifies) {
    rules.push_back({.name = "criterion__weight",
                     .type = Type::reals,
                     .fallback = std::vector<double>{},
                     .low = 0,
                     .meaning = "Weight of each class in the loss; empty: all equal."});
    rules.push_back(real("criterion__label_smoothing", 0.1, 0, 0.9,
                         "Share of a label spread over all classes."));
  } else {
    rules.push_back(
        positive("criterion__delta", 1.0, unlimited, "Distance from which HuberLoss is linear."));
    rules.push_back(
        positive("criterion__beta", 1.0, unlimited, "Distance from which SmoothL1Loss is linear."));
    rules.push_back(
        flag("linear_start", true, "Start the linear path at the ridge regression on the inputs."));
    rules.push_back(real("linear_start_weight", 0.0, 0, 1,
                         "Share of their usual size that the first weights of hidden values have "
                         "beside a linear start."));
  }
  return rules;
}

std::vector<SettingRule> schedule_rules() {
  const std::string name = "callbacks__LRScheduler__";
  return {
      choice(name + "policy", "cosine", schedule_policy_names(), "How the learning rate changes."),
      whole(name + "step_size", 30, 1, unlimited, "Epochs between falls of StepLR."),
      positive(name + "gamma", 0.1, 10, "Factor of StepLR, MultiStepLR and ExponentialLR."),
      {.name = name + "milestones",
       .type = Type::integers,
       .fallback = std::vector<std::int64_t>{},
       .low = 1,
       .meaning = "Epochs at which MultiStepLR falls."},
      whole(name + "T_max", 0, 0, unlimited,
            "Epochs in which CosineAnnealingLR falls; 0: all of them."),
      real(name + "eta_min", 0.0, 0, 100,
           "Smallest rate of CosineAnnealingLR and ReduceLROnPlateau."),
      positive(name + "start_factor", 1.0 / 3.0, 1, "First factor of LinearLR."),
      real(name + "end_factor", 1.0, 0, 1, "Last factor of LinearLR."),
      whole(name + "total_iters", 5, 1, unlimited, "Epochs in which LinearLR reaches its end."),
      positive(name + "factor", 0.1, 0.9999, "Factor of ReduceLROnPlateau."),
      whole(name + "patience", 10, 0, unlimited,
            "Patience: epochs without improvement before ReduceLROnPlateau lowers the rate."),
      real(name + "threshold", 1e-4, 0, 1, "Relative improvement that counts for it."),
      text(name + "monitor", "",
           "What ReduceLROnPlateau watches; empty: valid_loss if rows are held out, else "
           "train_loss."),
  };
}

std::vector<SettingRule> callback_rules(Task task) {
  const char* monitored =
      "What it watches: train_loss, valid_loss, valid_acc or a score of EpochScoring; empty: "
      "valid_loss if rows are held out, else train_loss.";
  const char* directed =
      "Whether the watched number should fall; if left out, true of losses and false of scores.";
  const std::string stopping = "callbacks__EarlyStopping__", checkpoint = "callbacks__Checkpoint__",
                    scoring = "callbacks__EpochScoring__";
  return {
      {.name = "callbacks",
       .type = Type::texts,
       .fallback = std::vector<std::string>{},
       .choices = {"EarlyStopping", "LRScheduler", "Checkpoint", "EpochScoring",
                   "GradientNormClipping", "PrintLog", "ProgressBar", "disable"},
       .meaning = "Hooks of the training loop, by name; \"disable\" also leaves out the table."},
      text(stopping + "monitor", "", monitored),
      whole(stopping + "patience", 5, 1, 100000,
            "Patience: epochs without improvement before training stops."),
      real(stopping + "threshold", 1e-4, 0, unlimited, "Improvement that counts."),
      choice(stopping + "threshold_mode", "rel", {"rel", "abs"},
             "The threshold is a share of the best value, or a difference."),
      flag(stopping + "lower_is_better", true, directed),
      flag(stopping + "load_best", false, "Return the network of the best epoch."),
      text(checkpoint + "monitor", "", monitored),
      flag(checkpoint + "lower_is_better", true, directed),
      {.name = scoring + "scoring",
       .type = Type::texts,
       .fallback = std::vector<std::string>{scoring_names(task).front()},
       .choices = scoring_names(task),
       .meaning = "Scores of each epoch, by scikit-learn's names; in the history and the table."},
      flag(scoring + "on_train", false,
           "Scores of the rows to train on, instead of those held out."),
      positive("callbacks__GradientNormClipping__gradient_clip_value", 1.0, 1e6,
               "Largest norm of the gradient of a step."),
  };
}

}  // namespace

std::vector<SettingRule> training_rules(Task task) {
  return rules::joined(rules::joined(loop_rules(), descent_rules(task)),
                       rules::joined(callback_rules(task), schedule_rules()));
}

}  // namespace basalt::learn
