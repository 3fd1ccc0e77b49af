#include "pipeline/learner.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "pipeline/steps.hpp"

namespace basalt::pipeline {
namespace {

constexpr const char* pruned_share = "module__n_prune_neurons_percentage";

}  // namespace

Learner::Learner(const std::string& estimator, const Parameters& parameters, Seed seed)
    : estimator_(&learn::estimator_named(estimator)), seed_(seed) {
  set_params(parameters);
}

Settings Learner::get_params() const {
  Settings all = given_;
  learn::complete(*estimator_, all);
  return all;
}

Learner& Learner::set_params(const Parameters& parameters) {
  for (const auto& [name, value] : parameters) given_.set(estimator_->rules, name, value);
  return *this;
}

Learner Learner::clone() const {
  Learner copy = *this;
  copy.model_.reset();
  copy.lowered_.reset();
  copy.circuit_.reset();
  return copy;
}

Learner& Learner::fit(const learn::Dataset& data, const learn::TrainingHooks& hooks) {
  if (is_fitted() && given_.has("warm_start") && given_.flag("warm_start")) {
    return partial_fit(data, hooks);
  }
  Settings settings = get_params();
  if (settings.has("warm_start")) settings.restore("warm_start", false);
  take(learn::train(*estimator_, settings, data, true, RandomStream(seed_), hooks));
  return *this;
}

Learner& Learner::partial_fit(const learn::Dataset& data, const learn::TrainingHooks& hooks) {
  if (!is_fitted()) return fit(data, hooks);
  take(learn::resume_training(*model_, get_params(), data, RandomStream(seed_), hooks));
  return *this;
}

Learner Learner::prune(const learn::Dataset& data, double share,
                       const learn::TrainingHooks& hooks) const {
  model();
  Learner pruned = *this;
  pruned.set_params({{pruned_share, share}});
  pruned.partial_fit(data, hooks);
  pruned.set_params({{pruned_share, 0.0}});  // further training is no pruning
  return pruned;
}

void Learner::take(learn::Model model) {
  lowered_ = compile::lower(model);
  model_ = std::move(model);
  circuit_.reset();
}

const learn::Model& Learner::model() const {
  require(is_fitted(), ErrorCode::unsupported, "the ", estimator_->name,
          " is not fitted; call fit first");
  return *model_;
}

const compile::Lowered& Learner::lowered() const {
  model();
  return *lowered_;
}

const basalt::circuit::Circuit& Learner::compiled() const {
  require(circuit_.has_value(), ErrorCode::unsupported, "the ", estimator_->name,
          " is not compiled; call compile before it simulates or executes");
  return *circuit_;
}

const basalt::circuit::Circuit& Learner::compile(const circuit::Target& target) {
  circuit_ = require_feasible(compile::compile(lowered(), model().estimator, model().id(), target));
  return *circuit_;
}

const ir::Postprocessing& Learner::postprocessing(const Fhe& mode) const {
  const bool in_clear = std::holds_alternative<Fhe::Clear>(mode.mode_);
  return in_clear ? lowered().postprocessing : compiled().encoded.postprocessing;
}

Matrix<ir::Integer> Learner::integers(const Matrix<double>& features, const Fhe& mode) const {
  const auto expected = static_cast<Eigen::Index>(model().standardizer.mean().size());
  require(features.cols() == expected, ErrorCode::mismatch, "predict: rows of ", features.cols(),
          " features, the ", estimator_->name, " was fitted on ", expected);
  if (std::holds_alternative<Fhe::Clear>(mode.mode_)) return clear_integers(lowered(), features);
  const circuit::Circuit& circuit = compiled();
  if (const auto* engine = std::get_if<Fhe::Encrypted>(&mode.mode_)) {
    return execute(circuit, features, engine->get()).evaluation.integers;
  }
  return infer::simulate(circuit, ir::quantize_rows(circuit.encoded.preprocessing, features),
                         RandomStream(seed_).child("simulate"));
}

std::vector<ir::Prediction> Learner::predict(const Matrix<double>& features,
                                             const Fhe& mode) const {
  const Matrix<ir::Integer> found = integers(features, mode);
  return predictions_of(postprocessing(mode), found);
}

std::vector<std::string> Learner::predict_labels(const Matrix<double>& features,
                                                 const Fhe& mode) const {
  require(estimator_->task == learn::Task::classification, ErrorCode::unsupported,
          "predict_labels: a ", estimator_->name, " predicts values, not labels");
  std::vector<std::string> labels;
  for (const ir::Prediction& prediction : predict(features, mode)) {
    labels.push_back(model().classes.at(static_cast<std::size_t>(prediction.label)));
  }
  return labels;
}

Matrix<double> Learner::predict_proba(const Matrix<double>& features, const Fhe& mode) const {
  require(estimator_->task == learn::Task::classification, ErrorCode::unsupported,
          "predict_proba: a ", estimator_->name, " predicts values, not probabilities");
  const std::vector<ir::Prediction> predictions = predict(features, mode);
  Matrix<double> shares(static_cast<Eigen::Index>(predictions.size()),
                        static_cast<Eigen::Index>(model().classes.size()));
  for (std::size_t row = 0; row < predictions.size(); ++row) {
    const std::vector<double>& one = predictions[row].probabilities;
    require(one.size() == model().classes.size(), ErrorCode::unsupported, "predict_proba: the ",
            estimator_->name, " has no probabilities");
    std::copy(one.begin(), one.end(), shares.row(static_cast<Eigen::Index>(row)).data());
  }
  return shares;
}

Matrix<double> Learner::decision_function(const Matrix<double>& features, const Fhe& mode) const {
  const ir::Link link = lowered().postprocessing.link;
  require(link == ir::Link::sign || link == ir::Link::softmax || link == ir::Link::one_vs_one,
          ErrorCode::unsupported, "decision_function: a ", estimator_->name, " has none");
  const std::vector<ir::Prediction> predictions = predict(features, mode);
  const std::size_t columns = predictions.empty() ? 0 : predictions.front().scores.size();
  Matrix<double> scores(static_cast<Eigen::Index>(predictions.size()),
                        static_cast<Eigen::Index>(columns));
  for (std::size_t row = 0; row < predictions.size(); ++row) {
    std::ranges::copy(predictions[row].scores, scores.row(static_cast<Eigen::Index>(row)).data());
  }
  return scores;
}

}  // namespace basalt::pipeline
