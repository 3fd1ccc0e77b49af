// The whole method on one process: the page to read first.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "infer/infer.hpp"
#include "learn/estimator/train.hpp"
#include "pipeline/data.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::pipeline {

/// What a run found. `result` and `timing` are apart: only the first enters digests.
///
/// Results of a completed run: train_accuracy, test_accuracy (train_r2, train_mse, test_r2,
/// test_mse), valid_accuracy if rows were held out, cv_accuracy (cv_r2, …) and its deviation if
/// folds were asked for, simulated_accuracy (simulated_r2, …) and
/// agreement (share of simulated rows with the integers of the clear circuit), label_agreement
/// (with its label), float_test_accuracy and the like with "fit_benchmark",
/// baseline_test_accuracy, baseline_pbs_per_row and the like with a baseline, executed_rows and
/// mismatches (rows whose decrypted integers differ; executed_label_agreement is the share that
/// keeps its label), epochs, pbs_per_row, max_bits, log2_p_error, security_bits,
/// predicted_seconds_per_row, evaluation_key_bytes, ciphertext_bytes_per_row.
struct Record {
  enum class State { completed, failed, infeasible };
  State state = State::completed;
  std::string reason;                    ///< Why it failed or is infeasible.
  std::map<std::string, double> result;  ///< test_accuracy, pbs_per_row, max_bits, agreement, ….
  std::map<std::string, double> timing;  ///< Seconds of train, compile, keygen, encrypt, ….
  Digest model_id, circuit_id;           ///< Empty unless completed.
  std::vector<learn::EpochRecord> history;
  /// Covers recipe-independent results: state, reason, result, ids.
  Digest digest() const;
};

/// A run and what it made, for callers that keep the artefacts.
struct Run {
  Record record;
  std::optional<learn::Model> model;
  std::optional<circuit::Circuit> circuit;
  std::optional<Error> failure;  ///< Of a failed run; its subject is the setting at fault, if any.
};

/// Standard metrics of a model on rows, from the integers of its circuit.
/// Fills accuracy (classification), r2 and mse (regression). Classes are matched by name.
/// Errors: mismatch if the rows' task or number of outputs is not the model's.
std::map<std::string, double> judge(const ir::Postprocessing& post, const learn::Dataset& rows,
                                    const Matrix<ir::Integer>& integers);

/// Standard metrics of a regression or classification by the clear circuit.
std::map<std::string, double> judge_clear(const circuit::Circuit& circuit,
                                          const learn::Dataset& rows);

/// The recipe's second model, trained on the same rows as the first. The recipe must name one.
learn::Model train_baseline(const Recipe& recipe, const learn::Dataset& rows, RandomStream random);

/// split, train (or take the recipe's model), compile, keygen, encrypt, score, decrypt, judge.
/// Expected failures (infeasible circuits, settings that cannot work on this data) come back as the
/// record's state: everything that training or compiling refuses as invalid_argument, mismatch or
/// unsupported.
Run run(const Recipe& recipe, const Data& data, infer::Engine& engine,
        const learn::TrainingHooks& hook = {});

}  // namespace basalt::pipeline
