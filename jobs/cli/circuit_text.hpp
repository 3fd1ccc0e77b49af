// A compiled circuit as JSON: what `compile` and `inspect` print of it.
#pragma once

#include "circuit/circuit.hpp"
#include "jobs/cli/context.hpp"

namespace basalt::jobs::cli {

/// Price, proof and parameters, and one object per layer.
Json json_of(const circuit::Circuit& circuit);
/// One object per layer.
Json json_of(const std::vector<ir::LayerSummary>& layers);
Json json_of(const tfhe::Parameters& parameters);

}  // namespace basalt::jobs::cli
