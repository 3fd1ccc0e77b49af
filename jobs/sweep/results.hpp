// The files that a sweep leaves for others to read.
#pragma once

#include <filesystem>

#include "search/campaign.hpp"
#include "search/summary.hpp"

namespace basalt::jobs {

/// Writes results.h5 and results.csv.
/// Errors: io.
void write_results(const search::SweepSummary& summary, const search::Campaign& campaign,
                   const std::filesystem::path& table, const std::filesystem::path& text);

}  // namespace basalt::jobs
