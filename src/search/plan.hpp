// The progress of a sweep: which trials are ready, what their outcomes mean. No ranks, no clock.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "search/objective.hpp"
#include "search/sampler.hpp"
#include "search/stopper.hpp"
#include "search/trial.hpp"

namespace basalt::search {

/// Proposes trials in order and ends them. What it proposes depends on the campaign and on
/// outcomes, never on the order in which they arrive.
class SearchPlan {
 public:
  /// Errors: invalid_argument with the setting as subject if the search makes no sense.
  explicit SearchPlan(const Campaign& campaign);

  /// Tasks that have become ready since the last call.
  std::vector<TrialTask> ready();
  /// Errors: internal if no such task is running.
  void take(const TrialOutcome& outcome);

  /// Trials of the sweep: as asked for, or fewer once a finite space is exhausted.
  std::size_t size() const noexcept { return total_; }
  std::size_t ended() const noexcept { return ended_count_; }
  bool finished() const noexcept { return ended_count_ == total_; }
  /// Ended trials, in trial order, with the front marked.
  std::vector<Trial> trials() const;
  const Criteria& criteria() const noexcept { return criteria_; }

 private:
  struct Entry {
    Trial trial;
    bool running = false, ended = false;
  };
  struct Group {
    Bracket bracket;
    std::size_t rung = 0;
    std::vector<TrialId> on_rung;  ///< Trials of the current rung.
    std::size_t open = 0;          ///< Of them, without outcome.
    bool complete = false;         ///< All its trials have been proposed.
  };

  bool may_propose() const;
  bool propose();
  void start(TrialId trial, Group& group);
  void close_space();
  void end_rung(Group& group);
  void end(TrialId trial, TrialState state);
  Group& group_of(TrialId trial);

  Criteria criteria_;
  Sampler sampler_;
  bool adapts_ = false;
  std::size_t window_ = 1, total_ = 0, ended_count_ = 0, ended_prefix_ = 0;
  std::vector<Group> groups_;
  std::vector<Entry> entries_;
  std::vector<Trial> history_;  ///< The ended trials of the prefix, in order.
  std::vector<TrialTask> ready_;
  std::unordered_set<std::string> proposed_;
};

}  // namespace basalt::search
