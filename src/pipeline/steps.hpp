// The steps of a run, each with its result: what run() and the commands are composed of.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>

#include "base/strong.hpp"
#include "compile/compile.hpp"
#include "infer/infer.hpp"
#include "learn/estimator/train.hpp"
#include "pipeline/evaluate.hpp"
#include "pipeline/recipe.hpp"
#include "pipeline/record.hpp"

namespace basalt::pipeline {

/// What training draws from: equal for the model, its float reference and its baseline.
RandomStream training_stream(const Recipe& recipe);

/// A trained model.
struct Training {
  learn::Model model;
  Seconds seconds;

  std::size_t epochs() const { return model.history.size(); }
  /// Of the last epoch; empty unless a classification held rows out to watch itself.
  std::optional<double> valid_accuracy() const;
  /// Id, history, epochs, valid_accuracy and the time.
  void note(Record& record) const;
};

/// The recipe's model, trained on `rows`, or the one that the recipe names.
/// Errors: as learn::train().
Training train(const Recipe& recipe, const learn::Dataset& rows, const RandomStream& random,
               const learn::TrainingHooks& hooks = {});

/// Goes on from `start` with the recipe's settings. Errors: as learn::resume_training().
Training resume_training(const learn::Model& start, const Recipe& recipe,
                         const learn::Dataset& rows, const RandomStream& random,
                         const learn::TrainingHooks& hooks = {});

/// Metrics on both parts of the data.
struct SplitMetrics {
  Metrics train, test;
  /// train_accuracy, test_accuracy and the like; `prefix` stands before each name.
  Results results(const std::string& prefix = {}) const;
};

/// Metrics in clear on both parts. `Lowered` or circuit: as evaluate_clear().
template <class Integers>
SplitMetrics evaluate_clear(const Integers& integers, const learn::Split& split) {
  return {evaluate_clear(integers, split.train), evaluate_clear(integers, split.test)};
}

/// What the network scores without quantization.
struct FloatReferenceScores {
  std::map<std::string, double> train, test;
  Seconds seconds;

  /// float_train_accuracy, float_test_accuracy and the like.
  Results results() const;
  void note(Record& record) const;
};

/// Nothing unless the setting "fit_benchmark" of `model` asks for it.
/// Errors: as learn::train_float_reference().
std::optional<FloatReferenceScores> evaluate_float_reference(const learn::Model& model,
                                                             const learn::Split& split,
                                                             const RandomStream& random);

/// What a row costs under encryption.
struct Price {
  std::size_t bootstraps_per_row = 0;
  std::optional<std::size_t> trees;  ///< Of an ensemble.
  int max_bits = 0;
  double p_error = 0.0, security_bits = 0.0, predicted_seconds_per_row = 0.0;
  std::size_t evaluation_key_bytes = 0, ciphertext_bytes_per_row = 0;

  /// Empty unless the model is an ensemble of trees.
  std::optional<double> bootstraps_per_tree() const;
  Results results() const;
};

Price price(const learn::Model& model, const circuit::Circuit& circuit);

/// The circuit, if there is one.
/// Errors: unsupported with the reason why there is none, behind the name of its model, if given.
circuit::Circuit require_feasible(std::variant<circuit::Circuit, compile::Infeasible> found,
                                  const std::string& model = {});

/// The recipe's second model, on the same rows.
struct BaselineResult {
  learn::Model model;
  SplitMetrics metrics;
  Seconds seconds;

  /// baseline_train_accuracy, baseline_test_accuracy and the like.
  Results results() const;
};

/// Nothing unless the recipe names a baseline. Errors: as learn::train().
std::optional<BaselineResult> evaluate_baseline(const Recipe& recipe, const learn::Split& split,
                                                const RandomStream& random);

/// Rows with the noise that encryption would add.
struct Simulation {
  Matrix<ir::Integer> integers;
  Comparison comparison;
  Seconds seconds;

  /// simulated_accuracy and the like, agreement and label_agreement.
  Results results() const;
  void note(Record& record) const;
};

Simulation simulate(const circuit::Circuit& circuit, const learn::Dataset& rows,
                    const RandomStream& random);

/// Rows of features that were encrypted with keys of their own, scored and decrypted.
struct EncryptedRows {
  infer::EncryptedEvaluation evaluation;
  Seconds keygen;
};

/// Makes keys, uses them for these rows and throws them away. Errors: as infer::encrypt().
EncryptedRows execute(const circuit::Circuit& circuit, const Matrix<double>& features,
                      infer::Engine& engine, const infer::Progress& progress = {});

/// The same, beside the clear circuit.
struct Execution {
  EncryptedRows encrypted;
  Comparison comparison;

  /// executed_rows, mismatches and executed_label_agreement.
  Results results() const;
  void note(Record& record) const;
};

Execution execute(const circuit::Circuit& circuit, const learn::Dataset& rows,
                  infer::Engine& engine, const infer::Progress& progress = {});

}  // namespace basalt::pipeline
