#include "search/stopper.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::search {
namespace {

constexpr std::size_t reduction = 3;
constexpr std::size_t most_rungs = 5;

/// Rungs that `count` trials of `epochs` epochs can be given: each needs a third, of at least 1.
std::size_t possible_rungs(std::size_t count, std::int64_t epochs) {
  std::size_t rungs = 1;
  auto trials = count;
  auto budget = static_cast<std::size_t>(epochs);
  while (rungs < most_rungs && trials >= reduction && budget >= reduction) {
    trials /= reduction;
    budget /= reduction;
    ++rungs;
  }
  return rungs;
}

std::vector<double> shares_of(std::size_t rungs) {
  std::vector<double> shares;
  for (std::size_t rung = 0; rung < rungs; ++rung) {
    shares.push_back(
        std::pow(static_cast<double>(reduction), -static_cast<double>(rungs - 1 - rung)));
  }
  return shares;
}

/// Trials of a Hyperband bracket of this depth, where `deepest` is the deepest.
std::size_t hyperband_size(std::size_t depth, std::size_t deepest) {
  double size = std::pow(static_cast<double>(reduction), static_cast<double>(depth));
  size *= static_cast<double>(deepest + 1) / static_cast<double>(depth + 1);
  return static_cast<std::size_t>(std::ceil(size - 1e-9));
}

void refuse(const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message, "stopper");
}

void check(const StopperSpec& spec) {
  const std::vector<std::string> names{"none", "halving", "hyperband"};
  if (std::ranges::count(names, spec.name) == 0) {
    const std::string near = nearest_name(spec.name, names);
    refuse(concat("\"stopper\" is \"", spec.name, "\", expected one of none, halving, hyperband",
                  near.empty() ? "" : concat("; did you mean \"", near, "\"?")));
  }
  if (spec.name != "none" && spec.epochs < 1) {
    refuse(concat("\"stopper\" is \"", spec.name,
                  "\", but this estimator has no \"max_epochs\" to cut; use \"none\""));
  }
}

}  // namespace

std::size_t promoted(std::size_t count) {
  return count == 0 ? 0 : std::max<std::size_t>(1, count / reduction);
}

std::vector<Bracket> plan_brackets(const StopperSpec& spec) {
  check(spec);
  const std::size_t deepest = possible_rungs(spec.largest_bracket, spec.epochs) - 1;
  std::size_t depth = deepest;
  std::vector<Bracket> brackets;
  for (TrialId first = 0; first < spec.trials;) {
    std::size_t wanted = 1;
    if (spec.name == "halving") wanted = spec.largest_bracket;
    if (spec.name == "hyperband") wanted = hyperband_size(depth, deepest);
    const std::size_t count = std::clamp<std::size_t>(
        wanted, 1, std::min<std::size_t>(spec.largest_bracket, spec.trials - first));
    std::size_t rungs = 1;
    if (spec.name == "halving") rungs = possible_rungs(count, spec.epochs);
    if (spec.name == "hyperband") rungs = std::min(depth + 1, possible_rungs(count, spec.epochs));
    brackets.push_back({first, count, shares_of(rungs)});
    first += count;
    depth = depth == 0 ? deepest : depth - 1;
  }
  return brackets;
}

}  // namespace basalt::search
