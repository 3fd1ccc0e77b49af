// The whole method on one process: the page to read first.
#pragma once

#include <map>
#include <string>

#include "infer/infer.hpp"
#include "learn/train.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::pipeline {

/// What a run found. `result` and `timing` are apart: only the first enters digests.
struct Record {
  enum class State { completed, failed, infeasible };
  State state = State::completed;
  std::string reason;                     ///< Why it failed or is infeasible.
  std::map<std::string, double> result;   ///< test_accuracy, pbs_per_row, max_bits, agreement, ….
  std::map<std::string, double> timing;   ///< Seconds of train, compile, keygen, encrypt, ….
  Digest model_id, circuit_id;            ///< Empty unless completed.
  std::vector<learn::EpochRecord> history;
  /// Covers recipe-independent results: state, reason, result, ids.
  Digest digest() const;
};

/// A run and what it made, for callers that keep the artefacts.
struct Run {
  Record record;
  std::optional<learn::Model> model;
  std::optional<compile::Solution> solution;
};

/// Standard metrics of a model on rows, from the integers of its circuit.
/// Fills accuracy (classification), r2 and mse (regression).
std::map<std::string, double> judge(const ir::Postprocessing& post, const learn::Dataset& rows,
                                    const Matrix<ir::Integer>& integers);

/// split, train, compile, keygen, encrypt, score, decrypt, judge. Expected failures (infeasible
/// circuits, settings that cannot work on this data) come back as the record's state.
Run run(const Recipe& recipe, const learn::Dataset& data, infer::Engine& engine,
        const learn::EpochHook& hook = {});

}  // namespace basalt::pipeline
