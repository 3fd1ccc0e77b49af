// Boosted trees, trained by the XGBoost library on quantized features.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "learn/model/tree_ensemble.hpp"

namespace basalt::learn {

/// What XGBoost is asked: names and values of its own parameters, and the number of rounds.
struct BoostingSpec {
  std::vector<std::pair<std::string, std::string>> parameters;
  int rounds = 20;
};

/// Trees in the order of training; `first_output` is the class of a tree where there are several.
/// One thread, so that equal parameters give equal trees.
/// Errors: invalid_argument with XGBoost's own words if it refuses.
std::vector<RealTree> boost_trees(const Matrix<std::int64_t>& features,
                                  const std::vector<float>& labels, const BoostingSpec& spec);

/// Trees of a model in XGBoost's JSON format, whose features are integers.
/// Errors: corrupt if the document is no such model.
std::vector<RealTree> trees_from_json(const std::string& document);

}  // namespace basalt::learn
