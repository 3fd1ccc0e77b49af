#include "learn/data/dataset.hpp"

#include <algorithm>
#include <cmath>

#include "base/describe.hpp"
#include "base/error.hpp"

namespace basalt::learn {

Digest Dataset::id() const {
  return digest_of("dataset", *this);
}

Dataset take_rows(const Dataset& data, const std::vector<std::size_t>& rows) {
  Dataset taken;
  taken.task = data.task;
  taken.classes = data.classes;
  taken.feature_names = data.feature_names;
  taken.image = data.image;
  const auto count = static_cast<Eigen::Index>(rows.size());
  taken.features.resize(count, data.features.cols());
  taken.targets.resize(data.targets.rows() > 0 ? count : 0, data.targets.cols());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    require(rows[i] < data.rows(), ErrorCode::invalid_argument, "take_rows: row ", rows[i],
            " of a dataset of ", data.rows(), " rows");
    const auto from = static_cast<Eigen::Index>(rows[i]);
    const auto to = static_cast<Eigen::Index>(i);
    taken.features.row(to) = data.features.row(from);
    if (data.targets.rows() > 0) taken.targets.row(to) = data.targets.row(from);
    if (!data.labels.empty()) taken.labels.push_back(data.labels.at(rows[i]));
  }
  return taken;
}

namespace {

/// Rows of each class; one group for regression or without stratification.
std::vector<std::vector<std::size_t>> groups_of(const Dataset& data, bool stratify) {
  std::vector<std::vector<std::size_t>> groups(stratify ? data.classes.size() : 1);
  for (std::size_t row = 0; row < data.rows(); ++row) {
    const std::size_t group = stratify ? static_cast<std::size_t>(data.labels.at(row)) : 0;
    require(group < groups.size(), ErrorCode::invalid_argument, "split: row ", row, " has label ",
            group, " of ", groups.size(), " classes");
    groups[group].push_back(row);
  }
  std::erase_if(groups, [](const auto& group) { return group.empty(); });
  return groups;
}

/// How many rows of each group are tested: shares rounded down, the rest to the largest remainders.
std::vector<std::size_t> allotment(const std::vector<std::vector<std::size_t>>& groups,
                                   double test_share, std::size_t total) {
  std::vector<std::size_t> counts, order;
  std::vector<double> remainders;
  std::size_t given = 0;
  for (const auto& group : groups) {
    const double exact = static_cast<double>(group.size()) * test_share;
    counts.push_back(static_cast<std::size_t>(std::floor(exact)));
    remainders.push_back(exact - std::floor(exact));
    order.push_back(order.size());
    given += counts.back();
  }
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; given < total && i < order.size(); ++i) {
    if (counts[order[i]] + 1 >= groups[order[i]].size() && groups.size() > 1) continue;
    ++counts[order[i]];
    ++given;
  }
  return counts;
}

}  // namespace

Split split(const Dataset& data, double test_share, bool stratify, RandomStream random) {
  if (!(test_share > 0 && test_share < 1)) {
    throw Error(ErrorCode::invalid_argument,
                concat("split: \"test_share\" is ", test_share, ", expected above 0 and below 1"),
                "test_share");
  }
  if (stratify && data.task != Task::classification) {
    throw Error(ErrorCode::invalid_argument,
                "split: \"stratify\" needs classes, but the data is a regression", "stratify");
  }
  auto groups = groups_of(data, stratify);
  for (const auto& group : groups) {
    if (!stratify || group.size() >= 2) continue;
    throw Error(
        ErrorCode::invalid_argument,
        concat("split: \"stratify\" needs at least 2 rows of each class, \"",
               data.classes[static_cast<std::size_t>(data.labels[group.front()])], "\" has 1"),
        "stratify");
  }
  const auto total =
      static_cast<std::size_t>(std::ceil(test_share * static_cast<double>(data.rows()) - 1e-9));
  const std::vector<std::size_t> counts = allotment(groups, test_share, total);

  Split parts;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto order = random.child("group", g).permutation(groups[g].size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      (i < counts[g] ? parts.test_rows : parts.train_rows).push_back(groups[g][order[i]]);
    }
  }
  require(!parts.test_rows.empty() && !parts.train_rows.empty(), ErrorCode::invalid_argument,
          "split: ", data.rows(), data.rows() == 1 ? " row" : " rows", " at a test share of ",
          test_share, " leave one part empty");
  std::ranges::sort(parts.test_rows);
  std::ranges::sort(parts.train_rows);
  parts.train = take_rows(data, parts.train_rows);
  parts.test = take_rows(data, parts.test_rows);
  return parts;
}

Standardizer Standardizer::identity(std::size_t columns) {
  return {std::vector<double>(columns, 0.0), std::vector<double>(columns, 1.0)};
}

Standardizer Standardizer::fit(const Matrix<double>& features) {
  require(features.rows() > 0, ErrorCode::invalid_argument, "standardizer: no rows to fit");
  const double rows = static_cast<double>(features.rows());
  std::vector<double> mean, deviation;
  for (Eigen::Index column = 0; column < features.cols(); ++column) {
    double sum = 0.0, squares = 0.0;
    for (Eigen::Index row = 0; row < features.rows(); ++row) sum += features(row, column);
    const double center = sum / rows;
    for (Eigen::Index row = 0; row < features.rows(); ++row) {
      const double distance = features(row, column) - center;
      squares += distance * distance;
    }
    mean.push_back(center);
    deviation.push_back(std::sqrt(squares / rows));
  }
  return {std::move(mean), std::move(deviation)};
}

Standardizer Standardizer::fit_whole(const Matrix<double>& features) {
  const Matrix<double> column = features.reshaped<Eigen::RowMajor>();
  const Standardizer one = fit(column);
  const auto columns = static_cast<std::size_t>(features.cols());
  return {std::vector<double>(columns, one.mean().front()),
          std::vector<double>(columns, one.deviation().front())};
}

Standardizer::Standardizer(std::vector<double> mean, std::vector<double> deviation)
    : mean_(std::move(mean)), deviation_(std::move(deviation)) {
  require(mean_.size() == deviation_.size(), ErrorCode::invalid_argument,
          "standardizer: ", mean_.size(), " means and ", deviation_.size(), " deviations");
  for (std::size_t i = 0; i < mean_.size(); ++i) {
    require(std::isfinite(mean_[i]) && std::isfinite(deviation_[i]) && deviation_[i] >= 0,
            ErrorCode::invalid_argument, "standardizer: column ", i, " has mean ", mean_[i],
            " and deviation ", deviation_[i],
            ", expected finite numbers; scale the values of this column");
    // Relative to the mean: a constant column can leave a deviation of rounding errors.
    if (deviation_[i] <= 1e-12 * std::max(1.0, std::abs(mean_[i]))) deviation_[i] = 0.0;
  }
}

Matrix<double> Standardizer::apply(const Matrix<double>& features) const {
  require(static_cast<std::size_t>(features.cols()) == mean_.size(), ErrorCode::mismatch,
          "standardizer: rows of ", features.cols(), " features, it was fitted on ", mean_.size());
  Matrix<double> scaled(features.rows(), features.cols());
  for (Eigen::Index row = 0; row < features.rows(); ++row) {
    for (Eigen::Index column = 0; column < features.cols(); ++column) {
      const auto i = static_cast<std::size_t>(column);
      scaled(row, column) =
          deviation_[i] > 0 ? (features(row, column) - mean_[i]) / deviation_[i] : 0.0;
    }
  }
  return scaled;
}

}  // namespace basalt::learn
