#include "learn/trees/tree_growth.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace basalt::learn {
namespace {

using Eigen::Index;
using Sums = Eigen::RowVectorXd;

/// How pure rows of weight `count` are whose targets sum to `sums` (larger is better); up to a
/// constant, the negative impurity times the weight.
double purity(Criterion criterion, const Sums& sums, double count) {
  if (!(count > 0)) return 0.0;
  if (criterion != Criterion::entropy) return sums.squaredNorm() / count;
  double total = 0.0;
  for (const double sum : sums) total += sum > 0 ? sum * std::log(sum / count) : 0.0;
  return total;
}

struct SplitChoice {
  std::int32_t feature = -1;
  std::int64_t threshold = 0;
  double gain = 0.0;
};

class Growth {
 public:
  Growth(const GrowthData& data, const GrowthSpec& spec, RandomStream random)
      : data_(data), spec_(spec), random_(std::move(random)) {}

  RealTree run(std::span<const std::size_t> rows) {
    for (const std::size_t row : rows) total_ += weight(row);
    grow({rows.begin(), rows.end()}, 0);
    RealTree tree{std::move(shape_), {}};
    tree.value.setZero(static_cast<Index>(values_.size()), data_.targets.cols());
    for (std::size_t node = 0; node < values_.size(); ++node) {
      tree.value.row(static_cast<Index>(node)) = values_[node];
    }
    return tree;
  }

 private:
  double weight(std::size_t row) const { return data_.weights.empty() ? 1.0 : data_.weights[row]; }

  std::int32_t grow(std::vector<std::size_t> rows, std::int64_t depth) {
    const std::size_t node = add_node(rows);
    const SplitChoice best = may_split(rows, depth) ? best_split(rows) : SplitChoice{};
    if (best.feature < 0) return static_cast<std::int32_t>(node);
    const auto middle = std::stable_partition(rows.begin(), rows.end(), [&](std::size_t row) {
      return data_.features(static_cast<Index>(row), best.feature) < best.threshold;
    });
    shape_.feature[node] = best.feature;
    shape_.threshold[node] = best.threshold;
    const std::int32_t left = grow({rows.begin(), middle}, depth + 1);
    const std::int32_t right = grow({middle, rows.end()}, depth + 1);
    shape_.left[node] = left;
    shape_.right[node] = right;
    return static_cast<std::int32_t>(node);
  }

  std::size_t add_node(const std::vector<std::size_t>& rows) {
    Sums sums = Sums::Zero(data_.targets.cols());
    double total = 0.0;
    for (const std::size_t row : rows) {
      sums += weight(row) * data_.targets.row(static_cast<Index>(row));
      total += weight(row);
    }
    values_.push_back(sums / (total > 0 ? total : 1.0));
    shape_.feature.push_back(-1);
    shape_.threshold.push_back(0);
    shape_.left.push_back(-1);
    shape_.right.push_back(-1);
    return shape_.nodes() - 1;
  }

  bool may_split(const std::vector<std::size_t>& rows, std::int64_t depth) const {
    const auto count = static_cast<std::int64_t>(rows.size());
    if (spec_.max_depth > 0 && depth >= spec_.max_depth) return false;
    if (count < spec_.min_samples_split || count < 2 * spec_.min_samples_leaf) return false;
    const auto first = data_.targets.row(static_cast<Index>(rows.front()));
    return std::ranges::any_of(
        rows, [&](std::size_t row) { return data_.targets.row(static_cast<Index>(row)) != first; });
  }

  SplitChoice best_split(const std::vector<std::size_t>& rows) {
    const auto features = static_cast<std::size_t>(data_.features.cols());
    const bool draws = spec_.max_features > 0 && spec_.max_features < features;
    std::vector<std::size_t> order(features);
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (draws) order = random_.permutation(features);
    SplitChoice best;
    best.gain = std::max(1e-12, spec_.min_impurity_decrease * total_);
    for (std::size_t i = 0; i < features; ++i) {
      // A node whose drawn features are all constant tries on until one can split.
      if (draws && i >= spec_.max_features && best.feature >= 0) break;
      try_feature(rows, static_cast<std::int32_t>(order[i]), best);
    }
    return best;
  }

  /// Improves `best` by the best threshold of one feature.
  void try_feature(const std::vector<std::size_t>& rows, std::int32_t feature, SplitChoice& best) {
    std::int64_t highest = 0;
    for (const std::size_t row : rows) {
      highest = std::max(highest, data_.features(static_cast<Index>(row), feature));
    }
    Matrix<double> sums = Matrix<double>::Zero(highest + 1, data_.targets.cols());
    Vector<double> weights = Vector<double>::Zero(highest + 1);
    std::vector<std::int64_t> counts(static_cast<std::size_t>(highest) + 1, 0);
    for (const std::size_t row : rows) {
      const std::int64_t value = data_.features(static_cast<Index>(row), feature);
      sums.row(value) += weight(row) * data_.targets.row(static_cast<Index>(row));
      weights(value) += weight(row);
      ++counts[static_cast<std::size_t>(value)];
    }
    const Sums all = sums.colwise().sum();
    const double all_weight = weights.sum();
    const auto count = static_cast<std::int64_t>(rows.size());
    const double before = purity(spec_.criterion, all, all_weight);
    Sums left = Sums::Zero(all.size());
    double left_weight = 0.0;
    std::int64_t left_count = 0, last = -1;
    for (std::int64_t value = 0; value <= highest; ++value) {
      if (counts[static_cast<std::size_t>(value)] == 0) continue;
      const bool enough = left_count >= spec_.min_samples_leaf &&
                          count - left_count >= spec_.min_samples_leaf && last >= 0;
      if (enough) {
        const double gain = purity(spec_.criterion, left, left_weight) +
                            purity(spec_.criterion, all - left, all_weight - left_weight) - before;
        if (gain > best.gain) best = {feature, (last + value) / 2 + 1, gain};
      }
      left += sums.row(value);
      left_weight += weights(value);
      left_count += counts[static_cast<std::size_t>(value)];
      last = value;
    }
  }

  const GrowthData& data_;
  const GrowthSpec& spec_;
  RandomStream random_;
  double total_ = 0.0;
  Tree shape_;
  std::vector<Sums> values_;
};

}  // namespace

RealTree grow_tree(const GrowthData& data, std::span<const std::size_t> rows,
                   const GrowthSpec& spec, RandomStream random) {
  return Growth(data, spec, std::move(random)).run(rows);
}

std::vector<RealTree> grow_forest(const GrowthData& data, const ForestSpec& forest,
                                  const GrowthSpec& spec, const RandomStream& random) {
  const auto rows = static_cast<std::size_t>(data.features.rows());
  const auto share = std::round(forest.max_samples * static_cast<double>(rows));
  const auto count =
      forest.bootstrap ? std::max<std::size_t>(1, static_cast<std::size_t>(share)) : rows;
  std::vector<RealTree> trees;
  for (std::size_t tree = 0; tree < forest.trees; ++tree) {
    const RandomStream own = random.child("tree", tree);
    std::vector<std::size_t> drawn(count);
    std::iota(drawn.begin(), drawn.end(), std::size_t{0});
    RandomStream draws = own.child("rows");
    if (forest.bootstrap) {
      for (std::size_t& row : drawn) row = draws.below(rows);
    }
    trees.push_back(grow_tree(data, drawn, spec, own.child("features")));
  }
  return trees;
}

}  // namespace basalt::learn
