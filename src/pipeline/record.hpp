// What a run found: the record that sweeps compare, keep and send.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "circuit/circuit.hpp"
#include "learn/model/model.hpp"

namespace basalt::pipeline {

/// Results by name, in the order in which they are printed.
using Results = std::vector<std::pair<std::string, double>>;

/// What a run found. `result` and `timing` are apart: only the first enters digests.
struct Record {
  enum class State { completed, failed, infeasible };
  State state = State::completed;
  std::string reason;                    ///< Why it failed or is infeasible.
  std::map<std::string, double> result;  ///< By the names of result_names().
  std::map<std::string, double> timing;  ///< Seconds of train, compile, keygen, encrypt, ….
  Digest model_id, circuit_id;           ///< Empty unless completed.
  std::vector<learn::EpochRecord> history;

  void add(const Results& found);
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

}  // namespace basalt::pipeline
