// Results of a sweep as one table: results.h5 and results.csv, one row per trial.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/settings.hpp"
#include "pipeline/pipeline.hpp"

namespace basalt::io {

/// One trial: what it tried and what it found.
struct TrialRow {
  std::int64_t trial = 0;
  std::map<std::string, SettingValue> configuration;
  pipeline::Record record;
};

/// All results of a campaign.
struct Results {
  Digest campaign_id, results_digest;
  std::vector<TrialRow> rows;  ///< By trial.
};

/// "completed", "failed", "infeasible". Errors of state_named: corrupt.
const char* name_of(pipeline::Record::State state) noexcept;
pipeline::Record::State state_named(const std::string& name);

/// Columns: trial, state, one per searched setting, one per result, `seconds_` and the name per
/// timing, model_id, circuit_id, reason. What a trial lacks is NaN or empty. Settings of mixed type
/// and lists are texts as TOML writes them. The learning curves are a second table, `history`.
/// Errors: not_found, io.
void save(const Results& results, const std::filesystem::path& path);

/// Errors: not_found, io; corrupt, mismatch, unsupported as verify().
Results load_results(const std::filesystem::path& path);

/// The same columns as text, numbers in the shortest form that reads back exactly.
/// Errors: not_found, io.
void save_csv(const Results& results, const std::filesystem::path& path);

}  // namespace basalt::io
