// Benchmarks: every configuration of a campaign measured many times, in mixed order.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "jobs/farm/farm.hpp"
#include "jobs/sweep/sweep.hpp"
#include "search/campaign.hpp"

namespace basalt::jobs {

/// One measured run.
struct Measurement {
  std::string variant;  ///< The configuration as text; " control" after it in the control set.
  std::uint64_t repetition = 0;
  Digest result;  ///< Of what was computed: equal for all repetitions, or the run is wrong.
  std::map<std::string, double> seconds;  ///< Per step, and "total".
};

/// All measurements of a folder and where they were taken.
struct BenchmarkResults {
  std::string name;
  std::map<std::string, std::string> environment;
  std::vector<Measurement> measurements;  ///< By variant, then repetition.
};

struct BenchmarkSpec {
  SweepFolder folder{""};
  TrialFunction run;
  std::uint64_t repetitions = 10;
  Digest data_id;
  /// What may change speed: processor, compiler, kernels, ranks, threads, …
  std::map<std::string, std::string> environment;
  std::function<void(const search::TrialOutcome&, bool replayed)> on_outcome;
  std::function<Interruption()> interruption;
  std::function<void()> leave;
};

struct BenchmarkOutcome {
  BenchmarkResults results;  ///< On rank 0.
  /// Variants whose repetitions computed different things.
  std::vector<std::string> contradictions;
  std::size_t failed = 0;  ///< Measurements that did not complete.
  bool interrupted = false;
  std::size_t lost_ranks = 0;
};

/// Measures every configuration of the campaign's grid `repetitions` times, the first one twice as
/// often: its second half is the control that shows what difference noise makes. The order is a
/// seeded shuffle, so that a slow hour hits all variants alike. Every measurement is journaled;
/// the same command resumes. Writes samples.jsonl and environment.json.
///
/// Collective: on all ranks.
/// Errors: on all ranks, as run_sweep.
BenchmarkOutcome run_benchmark(const search::Campaign& campaign, const BenchmarkSpec& spec,
                               Communicator& comm);

/// What run_benchmark has written to a folder.
/// Errors: not_found if there are no results; corrupt if they cannot be read.
BenchmarkResults load_benchmark_results(const std::filesystem::path& folder);

}  // namespace basalt::jobs
