// A compiled circuit as JSON: what `compile` and `inspect` print of it.
#pragma once

#include "compile/compile.hpp"
#include "jobs/cli/context.hpp"

namespace basalt::jobs::cli {

/// Price, proof and parameters, and one object per layer.
Json json_of(const compile::Solution& solution);
Json json_of(const tfhe::Parameters& parameters);

}  // namespace basalt::jobs::cli
