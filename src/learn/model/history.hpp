// What training reports: one record per epoch, one per batch.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "base/describe.hpp"
#include "base/matrix.hpp"

namespace basalt::learn {

/// One line of the training history. Losses are means over the rows. What was not measured, as the
/// valid ones without rows held out, is not a number.
struct EpochRecord {
  std::int64_t epoch = 0;
  double train_loss = 0.0;
  double valid_loss = std::numeric_limits<double>::quiet_NaN();
  double valid_accuracy = std::numeric_limits<double>::quiet_NaN();
  std::map<std::string, double> scores{};  ///< What callbacks measured, by name.

  bool has_valid_rows() const { return std::isfinite(valid_loss); }
};

/// One training step. The loss and the norm are known from on_grad_computed on.
struct BatchRecord {
  std::int64_t epoch = 0, batch = 0;  ///< Both counted from 1.
  std::int64_t rows = 0;
  double loss = 0.0;
  double gradient_norm = 0.0;  ///< Before clipping.
};

/// History by columns: visit.part("history", model.history). A score that an epoch lacks is not a
/// number.
template <class Visitor>
void describe(Visitor& visit, MaybeConst<std::vector<EpochRecord>> auto& history) {
  std::vector<std::int64_t> epoch;
  std::vector<double> train_loss, valid_loss, valid_accuracy;
  std::map<std::string, double> known;
  for (const EpochRecord& record : history) {
    epoch.push_back(record.epoch);
    train_loss.push_back(record.train_loss);
    valid_loss.push_back(record.valid_loss);
    valid_accuracy.push_back(record.valid_accuracy);
    known.insert(record.scores.begin(), record.scores.end());
  }
  std::vector<std::string> names;
  for (const auto& [name, value] : known) names.push_back(name);
  Matrix<double> scores(static_cast<Eigen::Index>(history.size()),
                        static_cast<Eigen::Index>(names.size()));
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    for (Eigen::Index c = 0; c < scores.cols(); ++c) {
      const auto& measured = history[static_cast<std::size_t>(row)].scores;
      const auto found = measured.find(names[static_cast<std::size_t>(c)]);
      scores(row, c) =
          found == measured.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
    }
  }
  visit("epoch", epoch);
  visit("train_loss", train_loss);
  visit("valid_loss", valid_loss);
  visit("valid_accuracy", valid_accuracy);
  if (visit.has("score_names", !names.empty())) {
    visit("score_names", names);
    visit("scores", scores);
  }
  if constexpr (Visitor::reads) {
    history.clear();
    for (std::size_t i = 0; i < epoch.size(); ++i) {
      history.push_back({epoch[i], train_loss.at(i), valid_loss.at(i), valid_accuracy.at(i), {}});
      for (std::size_t c = 0; c < names.size(); ++c) {
        const double value = scores(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c));
        if (!std::isnan(value)) history.back().scores[names[c]] = value;
      }
    }
  }
}

}  // namespace basalt::learn
