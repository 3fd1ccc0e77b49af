// What a sweep looks for: objectives and constraints over the results of a trial.
#pragma once

#include <string>
#include <vector>

#include "search/front.hpp"
#include "search/trial.hpp"

namespace basalt::search {

/// A result to make large, or small where the text began with "-".
struct Objective {
  std::string result;
  bool minimize = false;
};

/// A bound on a result: "max_bits <= 5".
struct Constraint {
  enum class Relation { less, at_most, equal, at_least, greater };
  std::string result;
  Relation relation = Relation::at_most;
  double bound = 0.0;
  bool holds(double value) const noexcept;
};

/// Errors: invalid_argument with subject "objectives" if the text names nothing.
Objective objective_from(const std::string& text);
/// Errors: invalid_argument with subject "constraints" unless the text is NAME RELATION NUMBER.
Constraint constraint_from(const std::string& text);

/// What makes one trial of a campaign better than another.
class Criteria {
 public:
  /// Errors: as objective_from and constraint_from.
  Criteria(const std::vector<std::string>& objectives, const std::vector<std::string>& constraints);

  const std::vector<Objective>& objectives() const noexcept { return objectives_; }
  /// Smaller is better; infinite where the run did not complete or lacks the result.
  Losses losses(const pipeline::Record& record) const;
  /// Whether the run completed and every constraint holds.
  bool feasible(const pipeline::Record& record) const;
  /// Indices of the records in order of merit: feasible ones first.
  std::vector<std::size_t> order(const std::vector<const pipeline::Record*>& records) const;

 private:
  std::vector<Objective> objectives_;
  std::vector<Constraint> constraints_;
};

}  // namespace basalt::search
