// From the folder of a sweep to its report.
#pragma once

#include <filesystem>

#include "jobs/report/report.hpp"

namespace basalt::jobs {

/// Reads campaign.toml, results.h5 and the best circuit of a sweep's folder. What is missing (the
/// data, a model) leaves its part of the report empty.
/// Errors: not_found if there is no campaign.toml or results.h5; corrupt as the loaders.
Report summarize(const std::filesystem::path& folder);

/// Where a sweep keeps the object with this id.
std::filesystem::path object_path(const std::filesystem::path& folder, const std::string& id);

}  // namespace basalt::jobs
