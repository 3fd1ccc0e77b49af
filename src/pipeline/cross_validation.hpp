// Cross-validation on training rows: what a search over settings may look at.
#pragma once

#include <map>
#include <string>

#include "learn/data/dataset.hpp"
#include "pipeline/recipe.hpp"

namespace basalt::pipeline {

/// The rows of `folds` parts of nearly equal size, drawn at random; with `stratify` every class is
/// spread evenly over the parts. Shape: [folds][rows of a fold], ascending.
/// Errors: invalid_argument with the subject cv unless 2 <= folds <= rows.
std::vector<std::vector<std::size_t>> folds_of(const learn::Dataset& data, std::size_t folds,
                                               bool stratify, RandomStream random);

/// Means over the folds, each evaluated in clear by the quantized model of the other folds:
/// cv_accuracy and its deviation cv_accuracy_std, or cv_r2, cv_mse and theirs. The folds follow
/// from split_seed alone, so that all trials of a search are compared on the same ones; `random`
/// trains.
std::map<std::string, double> cross_validate(const Recipe& recipe, const learn::Dataset& train,
                                             const RandomStream& random);

}  // namespace basalt::pipeline
