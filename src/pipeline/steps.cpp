#include "pipeline/steps.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "learn/float/float_reference.hpp"
#include "pipeline/result_names.hpp"

namespace basalt::pipeline {
namespace {

namespace name = result_name;

Results prefixed(const std::string& prefix, const std::map<std::string, double>& found) {
  Results results;
  for (const auto& [metric, value] : found) results.emplace_back(prefix + metric, value);
  return results;
}

Results concatenated(Results first, const Results& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

double real(std::size_t count) {
  return static_cast<double>(count);
}

}  // namespace

RandomStream training_stream(const Recipe& recipe) {
  return RandomStream(recipe.seed).child("train");
}

std::optional<double> Training::valid_accuracy() const {
  if (model.task != learn::Task::classification || model.history.empty()) return std::nullopt;
  const learn::EpochRecord& last = model.history.back();
  return last.has_valid_rows() ? std::optional(last.valid_accuracy) : std::nullopt;
}

void Training::note(Record& record) const {
  record.timing["train"] = seconds.value;
  record.model_id = model.id();
  record.history = model.history;
  record.result[name::epochs] = real(epochs());
  if (const auto accuracy = valid_accuracy()) record.result[name::valid_accuracy] = *accuracy;
}

Training train(const Recipe& recipe, const learn::Dataset& rows, const RandomStream& random,
               const learn::TrainingHooks& hooks) {
  if (recipe.trained) return {*recipe.trained, Seconds{}};
  const Stopwatch watch;
  learn::Model model = learn::train(learn::estimator_named(recipe.estimator), recipe.model, rows,
                                    recipe.data.standardize, random, hooks);
  return {std::move(model), watch.elapsed()};
}

Training resume_training(const learn::Model& start, const Recipe& recipe,
                         const learn::Dataset& rows, const RandomStream& random,
                         const learn::TrainingHooks& hooks) {
  const Stopwatch watch;
  learn::Model model = learn::resume_training(start, recipe.model, rows, random, hooks);
  return {std::move(model), watch.elapsed()};
}

Results SplitMetrics::results(const std::string& prefix) const {
  return concatenated(train.results(prefix + name::train), test.results(prefix + name::test));
}

Results FloatReferenceScores::results() const {
  const std::string prefix = name::float_reference;
  return concatenated(prefixed(prefix + name::train, train), prefixed(prefix + name::test, test));
}

void FloatReferenceScores::note(Record& record) const {
  record.add(results());
  record.timing["float_twin"] = seconds.value;
}

std::optional<FloatReferenceScores> evaluate_float_reference(const learn::Model& model,
                                                             const learn::Split& split,
                                                             const RandomStream& random) {
  if (!learn::wants_float_reference(model)) return std::nullopt;
  const Stopwatch watch;
  const auto reference = learn::train_float_reference(model, split.train, random);
  const Seconds seconds = watch.elapsed();
  return FloatReferenceScores{.train = learn::evaluate(reference, split.train),
                              .test = learn::evaluate(reference, split.test),
                              .seconds = seconds};
}

std::optional<double> Price::bootstraps_per_tree() const {
  if (!trees) return std::nullopt;
  return real(bootstraps_per_row) / real(*trees);
}

Results Price::results() const {
  Results results{{name::pbs_per_row, real(bootstraps_per_row)}};
  if (const auto per_tree = bootstraps_per_tree()) {
    results.emplace_back(name::pbs_per_tree, *per_tree);
  }
  // A linear circuit may fail more rarely than a double can say.
  const double log2_p_error = std::log2(std::max(p_error, 0x1p-1074));
  return concatenated(std::move(results),
                      {{name::max_bits, max_bits},
                       {name::log2_p_error, log2_p_error},
                       {name::security_bits, security_bits},
                       {name::predicted_seconds_per_row, predicted_seconds_per_row},
                       {name::evaluation_key_bytes, real(evaluation_key_bytes)},
                       {name::ciphertext_bytes_per_row, real(ciphertext_bytes_per_row)}});
}

Price price(const learn::Model& model, const circuit::Circuit& circuit) {
  const auto* ensemble = std::get_if<learn::TreeEnsemble>(&model.family);
  return {.bootstraps_per_row = circuit::bootstraps_per_row(circuit),
          .trees = ensemble == nullptr ? std::nullopt : std::optional(ensemble->trees.size()),
          .max_bits = circuit.encoded.max_bits(),
          .p_error = circuit.p_error,
          .security_bits = circuit.security_bits,
          .predicted_seconds_per_row = circuit.predicted_seconds_per_row,
          .evaluation_key_bytes = circuit.evaluation_key_bytes,
          .ciphertext_bytes_per_row = circuit.ciphertext_bytes_per_row};
}

circuit::Circuit require_feasible(std::variant<circuit::Circuit, compile::Infeasible> found,
                                  const std::string& model) {
  if (const auto* none = std::get_if<compile::Infeasible>(&found)) {
    throw Error(ErrorCode::unsupported, model.empty() ? none->reason : model + ": " + none->reason);
  }
  return std::get<circuit::Circuit>(std::move(found));
}

Results BaselineResult::results() const {
  return metrics.results(name::baseline);
}

std::optional<BaselineResult> evaluate_baseline(const Recipe& recipe, const learn::Split& split,
                                                const RandomStream& random) {
  if (!recipe.baseline) return std::nullopt;
  const Stopwatch watch;
  learn::Model model =
      learn::train(learn::estimator_named(recipe.baseline->estimator), recipe.baseline->model,
                   split.train, recipe.data.standardize, random);
  const Seconds seconds = watch.elapsed();
  const SplitMetrics metrics = evaluate_clear(compile::lower(model), split);
  return BaselineResult{.model = std::move(model), .metrics = metrics, .seconds = seconds};
}

Results Simulation::results() const {
  Results results = comparison.metrics.results(name::simulated);
  results.emplace_back(name::agreement, comparison.agreement());
  if (comparison.equal_labels) {
    results.emplace_back(name::label_agreement, comparison.label_agreement());
  }
  return results;
}

void Simulation::note(Record& record) const {
  record.add(results());
  record.timing["simulate"] = seconds.value;
}

Simulation simulate(const circuit::Circuit& circuit, const learn::Dataset& rows,
                    const RandomStream& random) {
  const ir::EncodedGraph& encoded = circuit.encoded;
  const Matrix<ir::Integer> inputs = quantize_rows(encoded.preprocessing, rows.features);
  const Stopwatch watch;
  Matrix<ir::Integer> noisy = infer::simulate(circuit, inputs, random.child("simulate"));
  const Seconds seconds = watch.elapsed();
  const Matrix<ir::Integer> clear = evaluate(encoded.graph, inputs);
  Comparison comparison = compare(encoded.postprocessing, rows, noisy, clear);
  return {std::move(noisy), comparison, seconds};
}

EncryptedRows execute(const circuit::Circuit& circuit, const Matrix<double>& features,
                      infer::Engine& engine, const infer::Progress& progress) {
  const Stopwatch watch;
  const tfhe::ClientKey client = tfhe::generate_client_key(circuit.parameters);
  const tfhe::EvaluationKey evaluation(tfhe::generate_evaluation_key(client, engine.team),
                                       engine.kernels, engine.team);
  const Seconds keygen = watch.elapsed();
  return {infer::evaluate_encrypted(circuit, client, evaluation, features, engine, progress),
          keygen};
}

Results Execution::results() const {
  Results results{{name::executed_rows, real(comparison.metrics.rows)},
                  {name::mismatches, real(comparison.mismatches())}};
  if (comparison.equal_labels) {
    results.emplace_back(name::executed_label_agreement, comparison.label_agreement());
  }
  return results;
}

void Execution::note(Record& record) const {
  record.add(results());
  record.timing["keygen"] = encrypted.keygen.value;
  record.timing["encrypt"] = encrypted.evaluation.encrypt.value;
  record.timing["score"] = encrypted.evaluation.score.value;
  record.timing["decrypt"] = encrypted.evaluation.decrypt.value;
}

Execution execute(const circuit::Circuit& circuit, const learn::Dataset& rows,
                  infer::Engine& engine, const infer::Progress& progress) {
  EncryptedRows encrypted = execute(circuit, rows.features, engine, progress);
  const Matrix<ir::Integer>& integers = encrypted.evaluation.integers;
  const Comparison comparison = compare(circuit.encoded.postprocessing, rows, integers,
                                        clear_integers(circuit, rows.features));
  return {std::move(encrypted), comparison};
}

}  // namespace basalt::pipeline
