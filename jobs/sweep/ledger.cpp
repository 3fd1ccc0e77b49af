#include "jobs/sweep/ledger.hpp"

#include "base/error.hpp"
#include "jobs/wire/archive.hpp"

namespace basalt::jobs {
namespace {

constexpr std::uint16_t outcome_record = 1;

}  // namespace

OutcomeLedger::OutcomeLedger(const std::filesystem::path& folder, const Digest& id) {
  for (const io::JournalRecord& record : io::replay_journals(folder, id).records) {
    if (record.type == outcome_record) note(from_record<search::TrialOutcome>(record.payload));
  }
}

void OutcomeLedger::note(const search::TrialOutcome& outcome) {
  const Key key{outcome.task.trial, outcome.task.rung};
  const auto [found, added] = outcomes_.emplace(key, outcome);
  if (!added && found->second.digest() != outcome.digest()) {
    contradictions_.insert(outcome.task.trial);
  }
}

const search::TrialOutcome* OutcomeLedger::find(const search::TrialTask& task) const {
  const auto found = outcomes_.find({task.trial, task.rung});
  if (found == outcomes_.end()) return nullptr;
  const search::TrialTask& known = found->second.task;
  require(known.configuration == task.configuration && known.share == task.share,
          ErrorCode::mismatch, "journal: trial ", task.trial, " was run with ",
          search::to_text(known.configuration), ", this program proposes ",
          search::to_text(task.configuration), "; use the version of basalt that began this sweep");
  return &found->second;
}

void OutcomeWriter::append(const std::vector<search::TrialOutcome>& outcomes) {
  if (!journal_) journal_.emplace(folder_, id_);
  std::vector<io::JournalRecord> records;
  for (const search::TrialOutcome& outcome : outcomes) {
    records.push_back({outcome_record, to_record(outcome)});
  }
  journal_->append(records);
}

Agent::Keep keep_in(OutcomeWriter& writer) {
  return [&writer](std::span<const TaskMessage> messages) {
    std::vector<search::TrialOutcome> outcomes;
    for (const TaskMessage& message : messages) {
      outcomes.push_back(from_message<search::TrialOutcome>(message.content));
    }
    writer.append(outcomes);
  };
}

}  // namespace basalt::jobs
