#include "search/plan.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.hpp"

namespace basalt::search {
namespace {

std::int64_t epochs_of(const pipeline::Recipe& recipe) {
  return recipe.model.has("max_epochs") ? recipe.model.integer("max_epochs") : 0;
}

StopperSpec stopper_of(const Campaign& campaign, bool adapts) {
  const SearchSpec& search = campaign.search;
  const auto trials = static_cast<std::size_t>(search.trials);
  const auto window = static_cast<std::size_t>(search.window);
  return {search.stopper, trials, adapts ? std::min(window, trials) : trials,
          epochs_of(campaign.base)};
}

TrialState state_of(const pipeline::Record& record) {
  using State = pipeline::Record::State;
  switch (record.state) {
    case State::completed:
      return TrialState::completed;
    case State::failed:
      return TrialState::failed;
    case State::infeasible:
      return TrialState::infeasible;
  }
  return TrialState::failed;
}

}  // namespace

SearchPlan::SearchPlan(const Campaign& campaign)
    : criteria_(campaign.search.objectives, campaign.search.constraints),
      sampler_(make_sampler(campaign)),
      adapts_(adapts(campaign.search.sampler)),
      window_(static_cast<std::size_t>(campaign.search.window)),
      total_(static_cast<std::size_t>(campaign.search.trials)) {
  for (Bracket& bracket : plan_brackets(stopper_of(campaign, adapts_))) {
    groups_.emplace_back().bracket = std::move(bracket);
  }
}

SearchPlan::Group& SearchPlan::group_of(TrialId trial) {
  const auto after = std::ranges::upper_bound(
      groups_, trial, {}, [](const Group& group) { return group.bracket.first; });
  return *std::prev(after);
}

bool SearchPlan::may_propose() const {
  const std::size_t next = entries_.size();
  if (next >= total_) return false;
  return !adapts_ || next < window_ || ended_prefix_ > next - window_;
}

std::vector<TrialTask> SearchPlan::ready() {
  while (may_propose() && propose()) {
  }
  return std::exchange(ready_, {});
}

bool SearchPlan::propose() {
  const TrialId trial = entries_.size();
  const bool knows = adapts_ && trial >= window_;
  const std::span<const Trial> results(history_.data(), knows ? trial - window_ + 1 : 0);
  auto configuration = sampler_({results, proposed_}, trial);
  if (!configuration) {
    close_space();
    return false;
  }
  proposed_.insert(to_text(*configuration));
  Entry& entry = entries_.emplace_back();
  entry.trial.outcome.task = {trial, 0, 1.0, std::move(*configuration)};
  Group& group = group_of(trial);
  group.on_rung.push_back(trial);
  start(trial, group);
  group.complete = trial + 1 == group.bracket.first + group.bracket.count;
  return true;
}

void SearchPlan::start(TrialId trial, Group& group) {
  Entry& entry = entries_[trial];
  entry.running = true;
  entry.trial.outcome.task.rung = static_cast<std::uint32_t>(group.rung);
  entry.trial.outcome.task.share = group.bracket.shares[group.rung];
  ++group.open;
  ready_.push_back(entry.trial.outcome.task);
}

/// The space has no more configurations: the sweep ends with the trials there are.
void SearchPlan::close_space() {
  total_ = entries_.size();
  if (total_ == 0) return;
  Group& last = group_of(total_ - 1);
  const bool was_complete = std::exchange(last.complete, true);
  if (!was_complete && last.open == 0) end_rung(last);
}

void SearchPlan::take(const TrialOutcome& outcome) {
  const TrialId trial = outcome.task.trial;
  const bool known = trial < entries_.size() && entries_[trial].running &&
                     entries_[trial].trial.outcome.task.rung == outcome.task.rung;
  require(known, ErrorCode::internal, "sweep: rung ", outcome.task.rung, " of trial ", trial,
          " is not running");
  Entry& entry = entries_[trial];
  entry.running = false;
  entry.trial.outcome.record = outcome.record;
  Group& group = group_of(trial);
  --group.open;
  if (group.open == 0 && group.complete) end_rung(group);
}

void SearchPlan::end_rung(Group& group) {
  std::vector<TrialId> survivors;
  std::vector<const pipeline::Record*> records;
  for (const TrialId trial : group.on_rung) {
    const pipeline::Record& record = entries_[trial].trial.outcome.record;
    if (record.state != pipeline::Record::State::completed) {
      end(trial, state_of(record));
      continue;
    }
    survivors.push_back(trial);
    records.push_back(&record);
  }
  const bool last = group.rung + 1 == group.bracket.shares.size();
  const std::size_t kept = last ? 0 : promoted(survivors.size());
  const std::vector<std::size_t> order = criteria_.order(records);
  std::vector<TrialId> promoted_trials;
  for (std::size_t place = 0; place < order.size(); ++place) {
    const TrialId trial = survivors[order[place]];
    if (place < kept) {
      promoted_trials.push_back(trial);
    } else {
      end(trial, last ? TrialState::completed : TrialState::stopped);
    }
  }
  if (promoted_trials.empty()) return;
  std::ranges::sort(promoted_trials);
  group.on_rung = promoted_trials;
  ++group.rung;
  for (const TrialId trial : promoted_trials) start(trial, group);
}

void SearchPlan::end(TrialId id, TrialState state) {
  Entry& entry = entries_[id];
  Trial& trial = entry.trial;
  trial.state = state;
  // Results on fewer epochs are no results of the campaign: a stopped trial never wins.
  trial.feasible = state == TrialState::completed && criteria_.feasible(trial.outcome.record);
  trial.losses = criteria_.losses(trial.outcome.record);
  entry.ended = true;
  ++ended_count_;
  while (ended_prefix_ < entries_.size() && entries_[ended_prefix_].ended) {
    history_.push_back(entries_[ended_prefix_++].trial);
  }
}

std::vector<Trial> SearchPlan::trials() const {
  std::vector<Trial> ended;
  std::vector<Losses> losses;
  std::vector<std::size_t> feasible;
  for (const Entry& entry : entries_) {
    if (!entry.ended) continue;
    if (entry.trial.feasible) {
      feasible.push_back(ended.size());
      losses.push_back(entry.trial.losses);
    }
    ended.push_back(entry.trial);
  }
  for (const std::size_t index : pareto_front(losses)) ended[feasible[index]].on_front = true;
  return ended;
}

}  // namespace basalt::search
