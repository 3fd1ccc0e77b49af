// The neighbour estimators that recipes can name.
#include <algorithm>

#include "base/error.hpp"
#include "learn/data/feature_quantizer.hpp"
#include "learn/estimator/setting_rules.hpp"
#include "learn/estimator/train.hpp"

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
                concat("KNeighborsClassifier: ", count, " training rows, expected at most ",
                       most_points, ", as every pair costs a bootstrap; set \"n_points\""),
                "n_points");
  }
  NearestNeighbors model;
  model.n_neighbors = settings.integer("n_neighbors");
  if (model.n_neighbors > static_cast<std::int64_t>(count)) {
    throw Error(ErrorCode::invalid_argument,
                concat("\"n_neighbors\" is ", model.n_neighbors, ", expected at most the ", count,
                       " points"),
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
  std::vector<SettingRule> list = {
      rules::whole("n_neighbors", 3, 1, 100, "Points that vote."),
      rules::whole(
          "n_points", 0, 0, 100,
          "Training rows that are remembered, drawn evenly from the classes; 0: all. Every "
          "pair of them costs a bootstrap."),
      rules::whole("n_bits", 2, 1, 8, "Bits of quantized features."),
      rules::choice("weights", {"uniform"}, "Every point that votes counts the same."),
      rules::choice("algorithm", {"auto", "brute"}, "All points are compared."),
      rules::choice("metric", {"minkowski", "euclidean"}, "Distances are Euclidean."),
      rules::whole("p", 2, 2, 2, "Distances are Euclidean: 2."),
      rules::unused("leaf_size", "all points are compared, there is no tree")};
  for (SettingRule& rule : rules::set_outside_the_model()) list.push_back(std::move(rule));
  return {
      {"KNeighborsClassifier", Task::classification, std::move(list),
       [](const Settings& settings, const Dataset& data, RandomStream random, const TrainingHooks&,
          std::vector<EpochRecord>&) { return remembered(settings, data, random); }}};
}

}  // namespace basalt::learn
