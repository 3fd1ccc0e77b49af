#include "jobs/sweep/results.hpp"

#include "base/error.hpp"
#include "io/store/record_store.hpp"

namespace basalt::jobs {
namespace {

io::TrialRow row_of(const search::Trial& trial) {
  const search::TrialTask& task = trial.outcome.task;
  io::TrialRow row;
  row.trial = static_cast<std::int64_t>(task.trial);
  row.configuration = task.configuration;
  row.record = trial.outcome.record;
  if (trial.state == search::TrialState::stopped) {
    row.record.reason = concat("stopped early, after rung ", task.rung);
  }
  return row;
}

}  // namespace

void write_results(const search::SweepSummary& summary, const search::Campaign& campaign,
                   const std::filesystem::path& table, const std::filesystem::path& text) {
  io::Results results{campaign.id(), summary.results_digest, {}};
  for (const search::Trial& trial : summary.trials) results.rows.push_back(row_of(trial));
  io::save(results, table);
  io::save_csv(results, text);
}

}  // namespace basalt::jobs
