#include "learn/estimator/train.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace basalt::learn {
namespace {

const char* name_of(Task task) {
  return task == Task::classification ? "a classification" : "a regression";
}

/// "; use X", where X is what the estimator is called for the other task, or nothing.
std::string counterpart_of(const std::string& name) {
  for (const auto& [ending, other] :
       {std::pair<std::string, std::string>{"Classifier", "Regressor"},
        {"Regressor", "Classifier"},
        {"SVC", "SVR"},
        {"SVR", "SVC"},
        {"Regressor", ""},
        {"", "Regressor"}}) {
    if (!name.ends_with(ending)) continue;
    const std::string candidate = name.substr(0, name.size() - ending.size()) + other;
    if (std::ranges::count(estimators(), candidate, &Estimator::name) > 0) {
      return concat("; use ", candidate);
    }
  }
  return "";
}

void check_data(const Estimator& estimator, const Dataset& data) {
  require(data.task == estimator.task, ErrorCode::mismatch, "train: ", estimator.name, " is for ",
          name_of(estimator.task), ", the data is ", name_of(data.task),
          counterpart_of(estimator.name));
  require(data.rows() > 0 && data.columns() > 0, ErrorCode::invalid_argument, "train: data of ",
          data.rows(), " rows and ", data.columns(), " features, expected at least 1 of each");
  require(data.features.allFinite(), ErrorCode::invalid_argument,
          "train: the features contain NaN or infinity");
  if (data.task == Task::regression) {
    require(data.targets.rows() == data.features.rows() && data.targets.cols() > 0,
            ErrorCode::mismatch, "train: ", data.targets.rows(), " rows of targets for ",
            data.rows(), " rows of features");
    require(data.targets.allFinite(), ErrorCode::invalid_argument,
            "train: the targets contain NaN or infinity");
    return;
  }
  require(data.classes.size() >= 2, ErrorCode::invalid_argument,
          data.classes.empty() ? concat("train: the data has no classes")
                               : concat("train: every row has the label \"", data.classes[0], "\""),
          ", a classification needs at least 2 classes");
  require(data.labels.size() == data.rows(), ErrorCode::mismatch, "train: ", data.labels.size(),
          " labels for ", data.rows(), " rows");
  for (const std::int32_t label : data.labels) {
    require(label >= 0 && static_cast<std::size_t>(label) < data.classes.size(),
            ErrorCode::mismatch, "train: label ", label, " of ", data.classes.size(), " classes");
  }
}

/// Windows and augmentation move from pixel to pixel, and networks have one grid for all pixels of
/// images, so that all need one scale: a pixel that is nearly always black would widen the grid.
bool needs_one_scale(const Settings& settings, const Dataset& data) {
  if (settings.has("layers")) return true;
  const bool is_network = settings.has("augment");
  return is_network && (data.image.has_value() || settings.text("augment") != "none");
}

}  // namespace

std::span<const Estimator> estimators() {
  static const std::vector<Estimator> all = [] {
    std::vector<Estimator> list = neural_network_estimators();
    for (auto family : {post_training_estimators, convolutional_estimators, linear_estimators,
                        tree_estimators, neighbors_estimators}) {
      for (Estimator& estimator : family()) list.push_back(std::move(estimator));
    }
    return list;
  }();
  return all;
}

const Estimator& estimator_named(const std::string& name) {
  std::vector<std::string> known;
  for (const Estimator& estimator : estimators()) {
    if (estimator.name == name) return estimator;
    known.push_back(estimator.name);
  }
  const std::string near = nearest_name(name, known);
  throw Error(ErrorCode::invalid_argument,
              concat("unknown estimator \"", name, "\"",
                     near.empty() ? concat("; known: ", joined(known))
                                  : concat("; did you mean \"", near, "\"?")),
              "estimator");
}

void complete(const Estimator& estimator, Settings& given) {
  const bool is_complete = std::ranges::all_of(estimator.rules, [&](const SettingRule& rule) {
    return !rule.forbidden.empty() || given.has(rule.name);
  });
  if (is_complete) return;
  if (estimator.prepare) estimator.prepare(given);
  given.complete(estimator.rules);
}

Model resume_training(const Model& start, const Settings& settings, const Dataset& train,
                      RandomStream random, const TrainingHooks& hooks) {
  const Estimator& estimator = estimator_named(start.estimator);
  require(static_cast<bool>(estimator.resume), ErrorCode::unsupported, "train: ", start.estimator,
          " cannot go on from a trained model; train it anew");
  check_data(estimator, train);
  require(train.classes == start.classes, ErrorCode::mismatch,
          "train: the data has other classes than the model to go on from");
  require(train.columns() == start.standardizer.mean().size(), ErrorCode::mismatch,
          "train: the data has ", train.columns(), " features, the model to go on from ",
          start.standardizer.mean().size());
  Model model = start;
  model.settings = settings;
  complete(estimator, model.settings);
  Dataset scaled = train;
  scaled.features = model.standardizer.apply(train.features);
  model.family = estimator.resume(model.settings, start, scaled, random, hooks, model.history);
  return model;
}

Model train(const Estimator& estimator, const Settings& settings, const Dataset& train,
            bool standardize, RandomStream random, const TrainingHooks& hooks) {
  check_data(estimator, train);
  Model model;
  model.estimator = estimator.name;
  model.settings = settings;
  complete(estimator, model.settings);
  model.task = train.task;
  model.classes = train.classes;
  model.feature_names = train.feature_names;
  model.standardizer = Standardizer::identity(train.columns());
  if (standardize) {
    model.standardizer = needs_one_scale(model.settings, train)
                             ? Standardizer::fit_whole(train.features)
                             : Standardizer::fit(train.features);
  }
  Dataset scaled = train;
  scaled.features = model.standardizer.apply(train.features);
  model.family = estimator.train(model.settings, scaled, random, hooks, model.history);
  return model;
}

}  // namespace basalt::learn
