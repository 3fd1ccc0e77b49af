// What is known of a sweep's tasks: the journals of earlier processes and the outcomes of this one.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "io/journal/journal.hpp"
#include "jobs/farm/agent.hpp"
#include "search/trial.hpp"

namespace basalt::jobs {

/// Outcomes by trial and rung, checked against each other.
class OutcomeLedger {
 public:
  /// Replays every journal of `folder`.
  /// Errors: as io::replay_journals; corrupt if a record is not an outcome.
  OutcomeLedger(const std::filesystem::path& folder, const Digest& id);

  /// Notes an outcome. A second, different one of the same task is a contradiction.
  void note(const search::TrialOutcome& outcome);
  /// The outcome of a task, if it is known.
  /// Errors: mismatch if the task was run with another configuration.
  const search::TrialOutcome* find(const search::TrialTask& task) const;
  std::vector<search::TrialId> contradictions() const {
    return {contradictions_.begin(), contradictions_.end()};
  }

 private:
  using Key = std::pair<search::TrialId, std::uint32_t>;
  std::map<Key, search::TrialOutcome> outcomes_;
  std::set<search::TrialId> contradictions_;
};

/// The journal of this process, begun at its first record.
class OutcomeWriter {
 public:
  OutcomeWriter(std::filesystem::path folder, const Digest& id)
      : folder_(std::move(folder)), id_(id) {}
  /// When it returns, the outcomes survive every crash. Errors: io.
  void append(const std::vector<search::TrialOutcome>& outcomes);

 private:
  std::filesystem::path folder_;
  Digest id_;
  std::optional<io::Journal> journal_;
};

/// For Job::keep where outcomes are messages of TrialOutcome. `writer` must outlive the function.
Agent::Keep keep_in(OutcomeWriter& writer);

}  // namespace basalt::jobs
