// One self-contained HTML page from a report.
#pragma once

#include <string>

#include "jobs/report/report.hpp"

namespace basalt::jobs {

/// The page: data, style, scripts and charts in one text that asks no network for anything.
std::string page_of(const Report& report);

}  // namespace basalt::jobs
