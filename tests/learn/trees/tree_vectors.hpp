// Predictions of XGBoost and scikit-learn on quantized tables, read from vectors/trees.json.
#pragma once

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/tables.hpp"

namespace basalt::tests {

struct TreeCase {
  std::string name;
  nlohmann::json settings;
  int rounds = 0;
  learn::Dataset data;
  Matrix<std::int64_t> features;
  std::vector<std::vector<double>> predictions;  ///< Of the first rows.
};

/// The integers that vectors/trees.py makes of a table.
inline Matrix<std::int64_t> table_levels(const Matrix<double>& features, double levels) {
  Matrix<std::int64_t> integers(features.rows(), features.cols());
  for (Eigen::Index j = 0; j < features.cols(); ++j) {
    const double least = features.col(j).minCoeff(), most = features.col(j).maxCoeff();
    for (Eigen::Index row = 0; row < features.rows(); ++row) {
      integers(row, j) = static_cast<std::int64_t>(
          std::floor((features(row, j) - least) / (most - least) * levels));
    }
  }
  return integers;
}

/// Cases of one family: "boosted" or "single".
inline std::vector<TreeCase> tree_cases(const std::string& family) {
  std::ifstream file(BASALT_VECTORS "/trees.json");
  const nlohmann::json document = nlohmann::json::parse(file);
  std::vector<TreeCase> cases;
  for (const auto& item : document.at("cases")) {
    if (item.at("family") != family) continue;
    const std::string name = item.at("table");
    const auto task =
        name == "diabetes.csv" ? learn::Task::regression : learn::Task::classification;
    TreeCase one{name + " " + item.at("settings").dump(),
                 item.at("settings"),
                 item.value("rounds", 0),
                 table(name, task),
                 {},
                 item.at("predictions").get<std::vector<std::vector<double>>>()};
    one.features = table_levels(one.data.features, item.at("levels").get<double>());
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace basalt::tests
