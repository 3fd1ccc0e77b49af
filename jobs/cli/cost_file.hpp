// What bootstraps cost on this machine, as `basalt doctor --calibrate` measured it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "jobs/cli/context.hpp"
#include "tfhe/cost.hpp"

namespace basalt::jobs::cli {

/// A cost model and where it was measured.
struct MeasuredCosts {
  std::string host, processor, kernels;
  tfhe::CostModel model;
};

/// Where the costs of this machine are kept: below XDG_CACHE_HOME, else below the user's .cache.
/// Empty if the user has neither.
std::filesystem::path cost_file(const std::string& host, const std::string& kernels);

Json json_of(const MeasuredCosts& costs);
/// Writes the file whole, making its folder. Errors: io.
void save(const MeasuredCosts& costs, const std::filesystem::path& path);
/// Errors: not_found, io; corrupt if it is no such file.
MeasuredCosts load_costs(const std::filesystem::path& path);

}  // namespace basalt::jobs::cli
