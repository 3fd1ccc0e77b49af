// What a sweep's processes share: its campaign and data, and the two ways to do its trials.
#pragma once

#include <optional>
#include <string>

#include "jobs/cli/context.hpp"
#include "jobs/sweep/sweep.hpp"

namespace basalt::jobs::cli {

/// A campaign with its data, as every process of the sweep finds them.
struct SweepSource {
  std::string file;
  std::optional<std::uint64_t> seed;  ///< In place of the campaign's.
  search::Campaign campaign;
  Digest data_id;
  std::optional<pipeline::Data> data;

  /// What makes two processes members of one sweep.
  Digest id() const;
};

/// Errors: as io::load_campaign and io::load_data, at the line of the key at fault.
SweepSource load_sweep_source(const std::string& file, std::optional<std::uint64_t> seed);

/// Trials in this process. `source` and `context` must outlive the function.
TrialFunction trials_in_process(const SweepSource& source, const SweepFolder& folder,
                                Context& context);

/// Trials in child processes that run `basalt trial`.
TrialFunction trials_in_children(const SweepSource& source, const SweepFolder& folder,
                                 Context& context);

}  // namespace basalt::jobs::cli
