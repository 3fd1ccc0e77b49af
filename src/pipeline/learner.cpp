#include "pipeline/learner.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "compile/compile.hpp"

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
  copy.circuit_.reset();
  return copy;
}

Learner& Learner::fit(const learn::Dataset& data, const learn::TrainingHooks& hooks) {
  if (is_fitted() && given_.has("warm_start") && given_.flag("warm_start")) {
    return partial_fit(data, hooks);
  }
  Settings settings = get_params();
  if (settings.has("warm_start")) settings.restore("warm_start", false);
  model_ = learn::train(*estimator_, settings, data, true, RandomStream(seed_), hooks);
  circuit_.reset();
  return *this;
}

Learner& Learner::partial_fit(const learn::Dataset& data, const learn::TrainingHooks& hooks) {
  if (!is_fitted()) return fit(data, hooks);
  model_ = learn::resume_training(*model_, get_params(), data, RandomStream(seed_), hooks);
  circuit_.reset();
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

const learn::Model& Learner::model() const {
  require(is_fitted(), ErrorCode::unsupported, "the ", estimator_->name,
          " is not fitted; call fit first");
  return *model_;
}

const basalt::circuit::Circuit& Learner::compiled() const {
  require(circuit_.has_value(), ErrorCode::unsupported, "the ", estimator_->name,
          " is not compiled; call compile before it simulates or executes");
  return *circuit_;
}

const basalt::circuit::Circuit& Learner::compile(const circuit::Target& target) {
  auto found = compile::compile(model(), target);
  if (const auto* none = std::get_if<compile::Infeasible>(&found)) {
    throw Error(ErrorCode::unsupported, none->reason);
  }
  circuit_ = std::get<circuit::Circuit>(std::move(found));
  return *circuit_;
}

Matrix<ir::Integer> Learner::integers(const Matrix<double>& features, Fhe mode,
                                      infer::Engine* engine) const {
  const auto expected = static_cast<Eigen::Index>(model().standardizer.mean().size());
  require(features.cols() == expected, ErrorCode::mismatch, "predict: rows of ", features.cols(),
          " features, the ", estimator_->name, " was fitted on ", expected);
  if (mode == Fhe::disable) {
    const compile::Lowered lowered = compile::lower(model());
    return ir::evaluate(lowered.graph, ir::quantize_rows(lowered.preprocessing, features));
  }
  const circuit::Circuit& circuit = compiled();
  if (mode == Fhe::simulate) {
    return infer::simulate(circuit, ir::quantize_rows(circuit.encoded.preprocessing, features),
                           RandomStream(seed_).child("simulate"));
  }
  require(engine != nullptr, ErrorCode::invalid_argument, "predict: execute needs an engine");
  const tfhe::ClientKey client = tfhe::generate_client_key(circuit.parameters);
  const tfhe::EvaluationKey evaluation(tfhe::generate_evaluation_key(client, engine->team),
                                       engine->kernels, engine->team);
  return infer::evaluate_encrypted(circuit, client, evaluation, features, *engine);
}

std::vector<ir::Prediction> Learner::predict(const Matrix<double>& features, Fhe mode,
                                             infer::Engine* engine) const {
  const Matrix<ir::Integer> found = integers(features, mode, engine);
  const ir::Postprocessing post = mode == Fhe::disable ? compile::lower(model()).postprocessing
                                                       : compiled().encoded.postprocessing;
  std::vector<ir::Prediction> predictions;
  for (Eigen::Index row = 0; row < found.rows(); ++row) {
    predictions.push_back(
        ir::interpret(post, {found.row(row).data(), static_cast<std::size_t>(found.cols())}));
  }
  return predictions;
}

std::vector<std::string> Learner::predict_labels(const Matrix<double>& features, Fhe mode,
                                                 infer::Engine* engine) const {
  require(estimator_->task == learn::Task::classification, ErrorCode::unsupported,
          "predict_labels: a ", estimator_->name, " predicts values, not labels");
  std::vector<std::string> labels;
  for (const ir::Prediction& prediction : predict(features, mode, engine)) {
    labels.push_back(model().classes.at(static_cast<std::size_t>(prediction.label)));
  }
  return labels;
}

Matrix<double> Learner::predict_proba(const Matrix<double>& features, Fhe mode,
                                      infer::Engine* engine) const {
  require(estimator_->task == learn::Task::classification, ErrorCode::unsupported,
          "predict_proba: a ", estimator_->name, " predicts values, not probabilities");
  const std::vector<ir::Prediction> predictions = predict(features, mode, engine);
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

Matrix<double> Learner::decision_function(const Matrix<double>& features, Fhe mode,
                                          infer::Engine* engine) const {
  const ir::Link link = compile::lower(model()).postprocessing.link;
  require(link == ir::Link::sign || link == ir::Link::softmax || link == ir::Link::pairs,
          ErrorCode::unsupported, "decision_function: a ", estimator_->name, " has none");
  const std::vector<ir::Prediction> predictions = predict(features, mode, engine);
  const std::size_t columns = predictions.empty() ? 0 : predictions.front().scores.size();
  Matrix<double> scores(static_cast<Eigen::Index>(predictions.size()),
                        static_cast<Eigen::Index>(columns));
  for (std::size_t row = 0; row < predictions.size(); ++row) {
    std::ranges::copy(predictions[row].scores, scores.row(static_cast<Eigen::Index>(row)).data());
  }
  return scores;
}

}  // namespace basalt::pipeline
