// The whole method on one process: the page to read first.
#pragma once

#include "infer/infer.hpp"
#include "learn/estimator/train.hpp"
#include "pipeline/data.hpp"
#include "pipeline/recipe.hpp"
#include "pipeline/record.hpp"

namespace basalt::pipeline {

/// split, train (or take the recipe's model), compile, evaluate in clear, simulate, then keygen,
/// encrypt, score, decrypt. Each step and its results: pipeline/steps.hpp.
/// Expected failures (infeasible circuits, settings that cannot work on this data) come back as the
/// record's state: everything that training or compiling refuses as invalid_argument, mismatch or
/// unsupported.
Run run(const Recipe& recipe, const Data& data, infer::Engine& engine,
        const learn::TrainingHooks& hooks = {});

}  // namespace basalt::pipeline
