// Early stopping of trials: short budgets for many, long ones for the best.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "search/trial.hpp"

namespace basalt::search {

/// Trials that are compared with each other. They all run on the first rung; on each further rung
/// the better third goes on, from the beginning, with three times the epochs.
struct Bracket {
  TrialId first = 0;
  std::size_t count = 1;
  std::vector<double> shares{1.0};  ///< Of the trial's epochs, per rung; the last is 1.
};

struct StopperSpec {
  std::string name = "none";  ///< none, halving, hyperband.
  std::size_t trials = 0;
  std::size_t largest_bracket = 0;  ///< Trials that may be compared: the window, if results steer.
  std::int64_t epochs = 0;          ///< Of a whole trial.
};

/// All brackets of a sweep, a function of the campaign alone.
/// `none`: each trial by itself; `halving`: brackets as large as allowed, as many rungs as epochs
/// and trials permit; `hyperband`: brackets of falling depth in turn.
/// Errors: invalid_argument with subject "stopper" if the name is unknown or there are no epochs.
/// Source: Jamieson and Talwalkar, successive halving (2016); Li et al., Hyperband (2018).
std::vector<Bracket> plan_brackets(const StopperSpec& spec);

/// How many of `count` trials of a rung go on.
std::size_t promoted(std::size_t count);

}  // namespace basalt::search
