#include "jobs/sweep/sweep.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "jobs/comm/collective.hpp"
#include "jobs/sweep/ledger.hpp"
#include "jobs/sweep/results.hpp"
#include "jobs/wire/archive.hpp"
#include "search/cost.hpp"
#include "search/plan.hpp"

namespace basalt::jobs {
namespace {

constexpr TaskId rungs_per_trial = 64;

TaskId task_id(const search::TrialTask& task) {
  return task.trial * rungs_per_trial + task.rung;
}

/// Which journals belong to the sweep: same campaign, same seed (a caller may have set another than
/// the file's), same data.
Digest journal_id(const search::Campaign& campaign, const Digest& data_id) {
  return Hasher("sweep journal")
      .add(campaign.id())
      .add(campaign.base.seed.value)
      .add(data_id)
      .finish();
}

double seconds_of(const pipeline::Record& record) {
  double sum = 0.0;
  for (const auto& [step, seconds] : record.timing) sum += seconds;
  return sum;
}

/// Takes every outcome in that the ledger knows; what is left has to be run.
std::vector<search::TrialTask> open_tasks(
    search::SearchPlan& plan, const OutcomeLedger& ledger,
    const std::function<void(const search::TrialOutcome&)>& on_known) {
  std::vector<search::TrialTask> open;
  for (std::vector<search::TrialTask> ready = plan.ready(); !ready.empty(); ready = plan.ready()) {
    for (search::TrialTask& task : ready) {
      const search::TrialOutcome* known = ledger.find(task);
      if (known == nullptr) {
        open.push_back(std::move(task));
        continue;
      }
      plan.take(*known);
      if (on_known) on_known(*known);
    }
  }
  return open;
}

/// Rank 0 of a running sweep: the plan, what is known of it, and what it costs.
class SweepScheduler {
 public:
  SweepScheduler(const search::Campaign& campaign, const SweepSpec& spec)
      : campaign_(campaign),
        spec_(spec),
        plan_(campaign),
        ledger_(spec.folder.journal(), journal_id(campaign, spec.data_id)),
        cost_(campaign.base) {}

  std::vector<FarmTask> next() {
    std::vector<FarmTask> tasks;
    const auto known = [this](const search::TrialOutcome& outcome) {
      ++replayed_;
      cost_.learn(outcome.task, seconds_of(outcome.record));
      if (spec_.on_outcome) spec_.on_outcome(outcome, true);
    };
    for (const search::TrialTask& task : open_tasks(plan_, ledger_, known)) {
      tasks.push_back({{task_id(task), to_message(task)}, cost_.predict(task)});
      open_.insert_or_assign(task_id(task), task);
    }
    return tasks;
  }

  double cost(TaskId id) const { return cost_.predict(open_.at(id)); }

  void absorb(const TaskMessage& message, Completion completion) {
    const auto outcome = from_message<search::TrialOutcome>(message.content);
    require(task_id(outcome.task) == message.id, ErrorCode::corrupt, "sweep: task ", message.id,
            " came back as trial ", outcome.task.trial);
    ledger_.note(outcome);
    if (completion != Completion::first) return;
    cost_.learn(outcome.task, seconds_of(outcome.record));
    open_.erase(message.id);
    plan_.take(outcome);
    if (spec_.on_outcome) spec_.on_outcome(outcome, false);
  }

  SweepResult result() const {
    return {.summary = search::summarize(plan_.trials(), plan_.size()),
            .replayed = replayed_,
            .contradictions = ledger_.contradictions(),
            .interrupted = false,
            .lost_ranks = 0,
            .seconds = 0.0};
  }

 private:
  const search::Campaign& campaign_;
  const SweepSpec& spec_;
  search::SearchPlan plan_;
  OutcomeLedger ledger_;
  search::CostEstimate cost_;
  std::unordered_map<TaskId, search::TrialTask> open_;  ///< Given to the farm and not yet done.
  std::size_t replayed_ = 0;
};

Job job_of(std::optional<SweepScheduler>& scheduler, const SweepSpec& spec, OutcomeWriter& writer) {
  Job job;
  job.work = [&spec](TaskId, std::span<const std::uint8_t> content) {
    search::TrialOutcome outcome;
    outcome.task = from_message<search::TrialTask>(content);
    outcome.record = spec.run(outcome.task);
    return to_message(outcome);
  };
  job.keep = keep_in(writer);
  if (scheduler) {
    job.next = [&scheduler] { return scheduler->next(); };
    job.cost = [&scheduler](TaskId id) { return scheduler->cost(id); };
    job.absorb = [&scheduler](const TaskMessage& message, Completion completion) {
      scheduler->absorb(message, completion);
    };
  }
  return job;
}

}  // namespace

SweepResult run_sweep(const search::Campaign& campaign, const SweepSpec& spec, Communicator& comm) {
  const Stopwatch watch;
  const Digest id = journal_id(campaign, spec.data_id);
  std::optional<SweepScheduler> scheduler;
  run_on_all_ranks(comm, [&] {
    if (comm.rank() != 0) return;
    spec.folder.claim(campaign);
    scheduler.emplace(campaign, spec);
  });
  run_on_all_ranks(comm, [&] { spec.folder.check(campaign); });

  OutcomeWriter writer(spec.folder.journal(), id);
  const Job job = job_of(scheduler, spec, writer);
  const FarmResult end = farm(
      comm, job,
      {.run = id, .interruption = spec.interruption, .watch = spec.watch, .leave = spec.leave});
  SweepResult result;
  if (scheduler) {
    result = scheduler->result();
    write_results(result.summary, campaign, spec.folder.results(), spec.folder.table());
  }
  result.interrupted = end.interrupted;
  result.lost_ranks = end.lost_ranks;
  result.seconds = watch.elapsed().value;
  return result;
}

search::SweepSummary load_sweep(const search::Campaign& campaign, const SweepFolder& folder,
                                const Digest& data_id) {
  folder.check(campaign);
  search::SearchPlan plan(campaign);
  const OutcomeLedger ledger(folder.journal(), journal_id(campaign, data_id));
  open_tasks(plan, ledger, {});
  return search::summarize(plan.trials(), plan.size());
}

}  // namespace basalt::jobs
