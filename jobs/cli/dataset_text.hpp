// A dataset as JSON: what `generate`, `import` and `inspect` print of it.
#pragma once

#include "jobs/cli/context.hpp"
#include "learn/data/dataset.hpp"

namespace basalt::jobs::cli {

/// Id, sizes and classes (their number; the labels are in the file).
Json json_of(const learn::Dataset& data);

}  // namespace basalt::jobs::cli
