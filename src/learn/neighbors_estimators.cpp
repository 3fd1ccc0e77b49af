// The neighbour estimators that recipes can name.
#include <algorithm>

#include "base/error.hpp"
#include "learn/train.hpp"
#include "learn/tree_ensemble.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

/// Every pair of points costs a bootstrap, so that more would be useless.
constexpr std::size_t most_points = 100;

/// Rows drawn class by class in turn, so that each class keeps its voice; in file order.
std::vector<std::size_t> drawn_rows(const Dataset& data, std::size_t count, RandomStream random) {
  std::vector<std::vector<std::size_t>> of_class(data.classes.size());
  for (const std::size_t row : random.permutation(data.rows())) {
    of_class[static_cast<std::size_t>(data.labels[row])].push_back(row);
  }
  std::vector<std::size_t> rows;
  for (std::size_t turn = 0; rows.size() < count; ++turn) {
    for (const std::vector<std::size_t>& candidates : of_class) {
      if (turn < candidates.size() && rows.size() < count) rows.push_back(candidates[turn]);
    }
  }
  std::ranges::sort(rows);
  return rows;
}

NearestNeighbors remembered(const Settings& settings, const Dataset& data, RandomStream random) {
  const auto asked = static_cast<std::size_t>(settings.integer("n_points"));
  const std::size_t count = asked == 0 ? data.rows() : std::min(asked, data.rows());
  if (count > most_points) {
    throw Error(ErrorCode::invalid_argument,
                cat("KNeighborsClassifier: ", count, " training rows, expected at most ",
                    most_points, ", as every pair costs a bootstrap; set \"n_points\""),
                "n_points");
  }
  NearestNeighbors model;
  model.n_neighbors = settings.integer("n_neighbors");
  if (model.n_neighbors > static_cast<std::int64_t>(count)) {
    throw Error(
        ErrorCode::invalid_argument,
        cat("\"n_neighbors\" is ", model.n_neighbors, ", expected at most the ", count, " points"),
        "n_neighbors");
  }
  const Bits bits{static_cast<int>(settings.integer("n_bits"))};
  model.features = feature_quantizers(data.features, bits);
  const Dataset kept = take_rows(data, drawn_rows(data, count, std::move(random)));
  model.points = quantize_features(model.features, kept.features);
  model.labels = kept.labels;
  return model;
}

}  // namespace

std::vector<Estimator> neighbors_estimators() {
  std::vector<SettingRule> rules;
  rules.push_back({.name = "n_neighbors",
                   .fallback = std::int64_t{3},
                   .low = 1,
                   .high = 100,
                   .meaning = "Points that vote."});
  rules.push_back({.name = "n_points",
                   .fallback = std::int64_t{0},
                   .low = 0,
                   .high = 100,
                   .meaning = "Training rows that are remembered, drawn evenly from the classes; "
                              "0: all. Every pair of them costs a bootstrap."});
  rules.push_back({.name = "n_bits",
                   .fallback = std::int64_t{2},
                   .low = 1,
                   .high = 8,
                   .meaning = "Bits of quantized features."});
  return {{"KNeighborsClassifier", Task::classification, std::move(rules),
           [](const Settings& settings, const Dataset& data, RandomStream random, const EpochHook&,
              std::vector<EpochRecord>&) { return remembered(settings, data, random); }}};
}

}  // namespace basalt::learn
