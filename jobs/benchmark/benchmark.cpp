#include "jobs/benchmark/benchmark.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "jobs/comm/collective.hpp"
#include "jobs/sweep/ledger.hpp"
#include "jobs/wire/archive.hpp"
#include "search/sampler.hpp"

namespace basalt::jobs {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* samples_name = "samples.jsonl";
constexpr const char* environment_name = "environment.json";

Digest journal_id(const search::Campaign& campaign, const BenchmarkSpec& spec) {
  Hasher hasher("benchmark journal");
  hasher.add(campaign.id()).add(spec.data_id).add(spec.repetitions);
  for (const auto& [name, value] : spec.environment) hasher.add(name).add(value);
  return hasher.finish();
}

/// Every measurement, in the order of its journal numbers: trial is the variant, rung the
/// repetition.
std::vector<search::TrialTask> planned(const search::Campaign& campaign,
                                       const BenchmarkSpec& spec) {
  const auto most = static_cast<std::uint64_t>(campaign.search.trials);
  const search::Sampler grid = search::grid_sampler(search::SearchSpace(campaign.space), most);
  std::vector<search::TrialTask> tasks;
  for (search::TrialId variant = 0;; ++variant) {
    const auto configuration = grid({{}, {}}, variant);
    if (!configuration) return tasks;
    const std::uint64_t count = variant == 0 ? 2 * spec.repetitions : spec.repetitions;
    for (std::uint32_t repetition = 0; repetition < count; ++repetition) {
      tasks.push_back({variant, repetition, 1.0, *configuration});
    }
  }
}

/// The same computation has the same digest, whichever repetition it was.
Digest result_of(search::TrialOutcome outcome) {
  outcome.task.rung = 0;
  return outcome.digest();
}

Measurement measurement_of(const search::TrialOutcome& outcome, std::uint64_t repetitions) {
  const bool control = outcome.task.rung >= repetitions;
  Measurement made;
  made.variant = search::to_text(outcome.task.configuration) + (control ? " control" : "");
  made.repetition = outcome.task.rung % repetitions;
  made.result = result_of(outcome);
  made.seconds = outcome.record.timing;
  double total = 0.0;
  for (const auto& [name, seconds] : outcome.record.timing) total += seconds;
  made.seconds["total"] = total;
  return made;
}

/// Rank 0: what is to be measured and what has been.
class BenchmarkScheduler {
 public:
  BenchmarkScheduler(const search::Campaign& campaign, const BenchmarkSpec& spec)
      : campaign_(campaign),
        spec_(spec),
        tasks_(planned(campaign, spec)),
        ledger_(spec.folder.journal(), journal_id(campaign, spec)) {}

  std::vector<FarmTask> next() {
    std::vector<FarmTask> open;
    if (std::exchange(given_, true)) return open;
    RandomStream order = RandomStream(campaign_.base.seed).child("order of measurements");
    TaskId place = 0;
    for (const std::size_t index : order.permutation(tasks_.size())) {
      const search::TrialTask& task = tasks_[index];
      const search::TrialOutcome* known = ledger_.find(task);
      if (known != nullptr && spec_.on_outcome) spec_.on_outcome(*known, true);
      if (known == nullptr) open.push_back({{place++, to_message(task)}, 1.0});
    }
    return open;
  }

  void absorb(const TaskMessage& message, Completion completion) {
    const auto outcome = from_message<search::TrialOutcome>(message.content);
    if (completion != Completion::first) return;
    ledger_.note(outcome);
    if (spec_.on_outcome) spec_.on_outcome(outcome, false);
  }

  BenchmarkOutcome end() const {
    BenchmarkOutcome end;
    end.results.name = campaign_.base.name;
    end.results.environment = spec_.environment;
    std::map<search::TrialId, Digest> first;
    std::set<std::string> different;
    for (const search::TrialTask& task : tasks_) {
      const search::TrialOutcome* outcome = ledger_.find(task);
      if (outcome == nullptr) continue;
      if (outcome->record.state != pipeline::Record::State::completed) ++end.failed;
      const Digest result = result_of(*outcome);
      if (first.emplace(task.trial, result).first->second != result) {
        different.insert(search::to_text(task.configuration));
      }
      end.results.measurements.push_back(measurement_of(*outcome, spec_.repetitions));
    }
    end.contradictions.assign(different.begin(), different.end());
    return end;
  }

 private:
  const search::Campaign& campaign_;
  const BenchmarkSpec& spec_;
  std::vector<search::TrialTask> tasks_;
  OutcomeLedger ledger_;
  bool given_ = false;
};

void write(const BenchmarkResults& results, const std::filesystem::path& folder) {
  std::string lines;
  for (const Measurement& one : results.measurements) {
    lines += Json{{"variant", one.variant},
                  {"repetition", one.repetition},
                  {"result", one.result.hex()},
                  {"seconds", one.seconds}}
                 .dump() +
             "\n";
  }
  io::publish(folder / samples_name, lines);
  const Json environment{{"name", results.name}, {"environment", results.environment}};
  io::publish(folder / environment_name, environment.dump(2) + "\n");
}

Measurement measurement_from(const std::string& line) {
  const Json json = Json::parse(line);
  Measurement made;
  made.variant = json.at("variant").get<std::string>();
  made.repetition = json.at("repetition").get<std::uint64_t>();
  made.result = Digest::from_hex(json.at("result").get<std::string>());
  made.seconds = json.at("seconds").get<std::map<std::string, double>>();
  return made;
}

}  // namespace

BenchmarkOutcome run_benchmark(const search::Campaign& campaign, const BenchmarkSpec& spec,
                               Communicator& comm) {
  std::optional<BenchmarkScheduler> scheduler;
  run_on_all_ranks(comm, [&] {
    if (comm.rank() != 0) return;
    require(spec.repetitions > 0, ErrorCode::invalid_argument,
            "benchmark: a measurement needs at least 1 repetition");
    spec.folder.claim(campaign);
    scheduler.emplace(campaign, spec);
  });
  OutcomeWriter writer(spec.folder.journal(), journal_id(campaign, spec));
  Job job;
  job.work = [&](TaskId, std::span<const std::uint8_t> content) {
    search::TrialOutcome outcome;
    outcome.task = from_message<search::TrialTask>(content);
    outcome.record = spec.run(outcome.task);
    return to_message(outcome);
  };
  job.keep = keep_in(writer);
  job.next = [&] { return scheduler->next(); };
  job.absorb = [&](const TaskMessage& message, Completion completion) {
    scheduler->absorb(message, completion);
  };
  const FarmResult farm_end = farm(comm, job,
                                   {.run = journal_id(campaign, spec),
                                    .interruption = spec.interruption,
                                    .watch = {},
                                    .leave = spec.leave});
  BenchmarkOutcome end = scheduler ? scheduler->end() : BenchmarkOutcome{};
  if (scheduler) write(end.results, spec.folder.path());
  end.interrupted = farm_end.interrupted;
  end.lost_ranks = farm_end.lost_ranks;
  return end;
}

BenchmarkResults load_benchmark_results(const std::filesystem::path& folder) {
  BenchmarkResults results;
  std::istringstream lines(io::read_text(folder / samples_name));
  const std::string about = io::read_text(folder / environment_name);
  try {
    for (std::string line; std::getline(lines, line);) {
      results.measurements.push_back(measurement_from(line));
    }
    const Json json = Json::parse(about);
    results.name = json.at("name").get<std::string>();
    results.environment = json.at("environment").get<std::map<std::string, std::string>>();
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::corrupt, concat(folder.string(), ": ", error.what()));
  }
  return results;
}

}  // namespace basalt::jobs
