#include "search/trial.hpp"

namespace basalt::search {

Digest TrialOutcome::digest() const {
  Hasher hasher("trial outcome");
  hasher.add(task.trial).add(task.rung).add(task.share).add(to_text(task.configuration));
  hasher.add(record.state).add(record.reason);
  hasher.add(static_cast<std::uint64_t>(record.result.size()));
  for (const auto& [name, value] : record.result) hasher.add(name).add(value);
  return hasher.add(record.model_id).add(record.circuit_id).finish();
}

const char* name_of(TrialState state) noexcept {
  switch (state) {
    case TrialState::completed:
      return "completed";
    case TrialState::failed:
      return "failed";
    case TrialState::infeasible:
      return "infeasible";
    case TrialState::stopped:
      return "stopped";
  }
  return "unknown";
}

Seed trial_seed(Seed campaign, TrialId trial) {
  return {RandomStream(campaign).child("trial", trial).next()};
}

std::string to_text(const Configuration& configuration) {
  std::string text;
  for (const auto& [key, value] : configuration) {
    text += (text.empty() ? "{" : ", ") + key + " = " + basalt::to_text(value);
  }
  return text.empty() ? "{}" : text + "}";
}

}  // namespace basalt::search
