#include "search/summary.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "pipeline/result_names.hpp"
#include "search/front.hpp"

namespace basalt::search {
namespace {

void count(SweepSummary& summary, TrialState state) {
  switch (state) {
    case TrialState::completed:
      ++summary.completed;
      break;
    case TrialState::failed:
      ++summary.failed;
      break;
    case TrialState::infeasible:
      ++summary.infeasible;
      break;
    case TrialState::stopped:
      ++summary.stopped;
      break;
  }
}

double volume_of_front(const SweepSummary& summary) {
  Losses worst;
  std::vector<Losses> front;
  for (const Trial& trial : summary.trials) {
    if (!trial.feasible) continue;
    if (worst.empty()) worst = trial.losses;
    for (std::size_t i = 0; i < worst.size(); ++i) worst[i] = std::max(worst[i], trial.losses[i]);
    if (trial.on_front) front.push_back(trial.losses);
  }
  return hypervolume(front, worst);
}

}  // namespace

const Trial& SweepSummary::trial(TrialId id) const {
  const auto found =
      std::ranges::find(trials, id, [](const Trial& trial) { return trial.outcome.task.trial; });
  require(found != trials.end(), ErrorCode::internal, "sweep: trial ", id, " has not ended");
  return *found;
}

SweepSummary summarize(std::vector<Trial> trials, std::size_t planned) {
  SweepSummary summary;
  summary.trials = std::move(trials);
  summary.planned = planned;
  Hasher hasher("sweep results");
  const Trial* best = nullptr;
  for (const Trial& trial : summary.trials) {
    count(summary, trial.state);
    hasher.add(trial.state).add(trial.outcome.digest());
    if (trial.on_front) summary.front.push_back(trial.outcome.task.trial);
    const bool better = best == nullptr || trial.losses < best->losses;
    if (trial.feasible && better) best = &trial;
  }
  if (best != nullptr) summary.best = best->outcome.task.trial;
  summary.hypervolume = volume_of_front(summary);
  summary.results_digest = hasher.finish();
  return summary;
}

std::optional<BaselineStanding> standing_of_baseline(const SweepSummary& summary) {
  if (!summary.best) return std::nullopt;
  namespace name = pipeline::result_name;
  const auto& result = summary.trial(*summary.best).outcome.record.result;
  for (const std::string score : {name::test_accuracy, name::test_r2}) {
    if (!result.contains(score) || !result.contains(name::baseline + score)) continue;
    const auto number = [&](const std::string& of) {
      const auto found = result.find(of);
      return found == result.end() ? 0.0 : found->second;
    };
    return BaselineStanding{.score = score,
                            .best = number(score),
                            .baseline = number(name::baseline + score),
                            .best_bootstraps = number(name::pbs_per_row),
                            .baseline_bootstraps = number(name::baseline_pbs_per_row)};
  }
  return std::nullopt;
}

}  // namespace basalt::search
