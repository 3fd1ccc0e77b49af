// Which classes a model takes for which.
#pragma once

#include <filesystem>
#include <optional>

#include "circuit/circuit.hpp"
#include "jobs/report/report.hpp"
#include "search/campaign.hpp"

namespace basalt::jobs {

/// Counts of the circuit on rows, in clear. Empty for regressions.
std::optional<Confusion> confusion_of(const circuit::Circuit& circuit, const learn::Dataset& rows);

/// The same on the test rows of one trial: those of its own split and draw. Empty if its data is
/// not there any more.
std::optional<Confusion> confusion_of(const circuit::Circuit& circuit,
                                      const search::Campaign& campaign,
                                      const search::Configuration& configuration,
                                      const std::filesystem::path& folder);

}  // namespace basalt::jobs
